-------------------------------- MODULE Five --------------------------------
(* Five replicas, two transactions that read and write one key, both settled by others. *)
EXTENDS Transactions, TLC
CONSTANTS r1, r2, r3, r4, r5, t1, t2, x
TheReads == [t \in Txn |-> {x}]
TheWrites == [t \in Txn |-> {x}]
TheClock == t1 :> 11 @@ t2 :> 12
=============================================================================
