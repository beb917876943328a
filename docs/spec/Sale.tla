-------------------------------- MODULE Sale --------------------------------
(* Two owners, and a stock of which both together could want more than there is. *)
EXTENDS Fences, TLC
CONSTANTS r1, r2, r3, c1, c2, c3
Alike == Permutations(Replica)
=============================================================================
