------------------------------ MODULE Inversion -----------------------------
(* Two shards and clocks that are wrong: t3 reads x and writes y, t1 writes x with a later timestamp, t2 writes y with an *)
(* earlier one, and t4 reads both without a trace.  Order by timestamps contradicts order by time here (4.2).             *)
EXTENDS Transactions, TLC
CONSTANTS r1, r2, r3, t1, t2, t3, t4, x, y
TheReads == t1 :> {} @@ t2 :> {} @@ t3 :> {x} @@ t4 :> {x, y}
TheWrites == t1 :> {x} @@ t2 :> {y} @@ t3 :> {y} @@ t4 :> {}
TheClock == t1 :> 131 @@ t2 :> 62 @@ t3 :> 113 @@ t4 :> 994
=============================================================================
