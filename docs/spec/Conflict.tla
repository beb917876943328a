------------------------------ MODULE Conflict ------------------------------
(* One shard, two transactions that read and write its key: the smallest world in which a wrong settling shows. *)
EXTENDS Transactions, TLC
CONSTANTS r1, r2, r3, t1, t2, x
TheReads == [t \in Txn |-> {x}]
TheWrites == [t \in Txn |-> {x}]
TheClock == t1 :> 11 @@ t2 :> 12
Alike == Permutations(Replica)
=============================================================================
