----------------------------- MODULE Replacement ----------------------------
(* One of three members is replaced by a fourth. *)
EXTENDS Epochs, TLC
CONSTANTS r1, r2, r3, r4, t1, t2
Alike == Permutations({r1, r2})
=============================================================================
