------------------------------- MODULE KeyRead ------------------------------
(* One key: given a value, deleted, given a value again. *)
EXTENDS ForgottenReads, TLC
CONSTANTS r1, r2, r3, x
ThePuts == <<{x}, {}, {x}>>
TheDeletes == <<{}, {x}, {}>>
Alike == Permutations(Replica)
=============================================================================
