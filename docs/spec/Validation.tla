----------------------------- MODULE Validation -----------------------------
(* Two shards: x and y are written together, then x is deleted and y written. *)
EXTENDS ForgottenReads, TLC
CONSTANTS r1, r2, r3, x, y
ThePuts == <<{x, y}, {y}>>
TheDeletes == <<{}, {x}>>
Alike == Permutations(Replica)
=============================================================================
