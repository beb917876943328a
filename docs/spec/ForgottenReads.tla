--------------------------- MODULE ForgottenReads ---------------------------
(***************************************************************************)
(* Section 5.1 together with the forgetting of section 7: strict reads     *)
(* while deletions are dropped.  The writers are reduced to what a read    *)
(* can see of them: transaction v of a fixed sequence is decided while a   *)
(* quorum holds its keys, then applied, and forgotten.  That writers are   *)
(* serial is the affair of Transactions.tla.                               *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
    Replica, Shard,
    Last,         \* transactions 1..Last, in the order in which they take effect; v is also its timestamp
    Puts, Deletes,\* functions from 1..Last: the shards whose key v gives a value, deletes
    Horizons,     \* up to which of them replicas forget
    OneKey,       \* TRUE: a read of one key at a quorum; FALSE: Validate of what was read anywhere
    GIsChecked,   \* FALSE: a replica answers although it has forgotten more than g
    RoundsAreOne, \* FALSE: a round that met a greater deletedBelow goes on instead of beginning anew
    SeesHolds,    \* FALSE: holds by writers are not looked at
    Ranks         \* FALSE: "never there" ranks below every version when answers are merged

VARIABLES
    voted,     \* [Shard -> [Replica -> transactions voted OK here]]
    applied,   \* [Shard -> [Replica -> transactions applied here]]
    decided,   \* how many transactions are decided: 1..decided
    below,     \* [Shard -> [Replica -> deletedBelow]]
    g,         \* of the reader's round, -1 before the first
    heard,     \* the greatest deletedBelow that the reader has heard of
    cached,    \* [Shard -> the version that the reader has, -1 before, 0 "never there"]
    answers,   \* what counts in this round
    since,     \* decided when the read began
    result     \* [Shard -> the version that the reader reports, -1 before]

vars == <<voted, applied, decided, below, g, heard, cached, answers, since, result>>

Q == (Cardinality(Replica) \div 2) + 1
Touches(v) == Puts[v] \cup Deletes[v]
Max(S) == CHOOSE m \in S : \A n \in S : n <= m
Newest(s, r) == Max(applied[s][r] \cup {0})
IsDeletion(s, v) == v > 0 /\ s \in Deletes[v]
(* What a replica shows: a deletion that it may have dropped is "never there". *)
Shown(s, r) == LET v == Newest(s, r) IN IF IsDeletion(s, v) /\ v <= below[s][r] THEN 0 ELSE v
Held(s, r) == \E v \in voted[s][r] : v \notin applied[s][r]
(* What an application sees of a version: 0 where nothing is. *)
Value(s, v) == IF v = 0 \/ IsDeletion(s, v) THEN 0 ELSE v
Reading == \A s \in Shard : result[s] = -1
NewestAt(s, n) == Max({v \in 1..n : s \in Touches(v)} \cup {0})

Init ==
    /\ voted = [s \in Shard |-> [r \in Replica |-> {}]]
    /\ applied = [s \in Shard |-> [r \in Replica |-> {}]]
    /\ decided = 0
    /\ below = [s \in Shard |-> [r \in Replica |-> 0]]
    /\ g = -1 /\ heard = 0 /\ since = -1
    /\ cached = [s \in Shard |-> -1]
    /\ answers = {} /\ result = [s \in Shard |-> -1]

-----------------------------------------------------------------------------
(* Votes and decision are one step here: a quorum of each participant holds the keys until it has applied.  A replica that *)
(* holds nothing may vote, also one that is behind (4.2, 1).                                                          *)
Decide(v, voters) ==
    /\ v = decided + 1
    /\ \A s \in Touches(v), r \in voters : ~Held(s, r)
    /\ voted' = [s \in Shard |-> [r \in Replica |->
            IF s \in Touches(v) /\ r \in voters THEN voted[s][r] \cup {v} ELSE voted[s][r]]]
    /\ decided' = v
    /\ UNCHANGED <<applied, below, g, heard, cached, answers, since, result>>

Apply(v, s, r) ==
    /\ v <= decided /\ s \in Touches(v) /\ v \notin applied[s][r]
    /\ applied' = [applied EXCEPT ![s][r] = @ \cup {v}]
    /\ UNCHANGED <<voted, decided, below, g, heard, cached, answers, since, result>>

(* Everything at or below v is resolved at every replica of every shard. *)
Forget(v, s, r) ==
    /\ v \in Horizons /\ v <= decided /\ below[s][r] < v
    /\ \A z \in Shard, p \in Replica : \A w \in 1..v : z \in Touches(w) => w \in applied[z][p]
    /\ below' = [below EXCEPT ![s][r] = v]
    /\ UNCHANGED <<voted, applied, decided, g, heard, cached, answers, since, result>>

-----------------------------------------------------------------------------
ReadAnywhere(s, r) ==
    /\ ~OneKey /\ Reading /\ cached[s] = -1
    /\ cached' = [cached EXCEPT ![s] = Shown(s, r)]
    /\ heard' = Max({heard, below[s][r]})
    /\ UNCHANGED <<voted, applied, decided, below, g, answers, since, result>>

BeginRound ==
    /\ Reading /\ g < heard
    /\ OneKey \/ \A s \in Shard : cached[s] # -1
    /\ g' = heard
    /\ since' = IF since = -1 THEN decided ELSE since
    /\ answers' = IF RoundsAreOne THEN {} ELSE answers
    /\ UNCHANGED <<voted, applied, decided, below, heard, cached, result>>

Refuse(s, r) ==
    /\ g >= 0 /\ Reading /\ GIsChecked /\ below[s][r] > heard
    /\ heard' = below[s][r]
    /\ UNCHANGED <<voted, applied, decided, below, g, cached, answers, since, result>>

MayAnswer(s, r) ==
    /\ g >= 0 /\ Reading
    /\ GIsChecked => below[s][r] <= g
    /\ SeesHolds => ~Held(s, r)
    /\ ~\E a \in answers : a.s = s /\ a.r = r

AnswerKey(s, r) ==
    /\ OneKey /\ MayAnswer(s, r)
    /\ answers' = answers \cup {[s |-> s, r |-> r, v |-> Shown(s, r), below |-> below[s][r]]}
    /\ UNCHANGED <<voted, applied, decided, below, g, heard, cached, since, result>>

(* Rule 4.2, 1: what was read against what is newest here; "behind" only above what is forgotten here. *)
NotStale(s, r) ==
    LET had == IF IsDeletion(s, cached[s]) /\ cached[s] <= below[s][r] THEN 0 ELSE cached[s]
        has == Shown(s, r)
    IN  has = had \/ (has < had /\ had > below[s][r])

AnswerValid(s, r) ==
    /\ ~OneKey /\ MayAnswer(s, r) /\ NotStale(s, r)
    /\ answers' = answers \cup {[s |-> s, r |-> r, v |-> cached[s], below |-> below[s][r]]}
    /\ UNCHANGED <<voted, applied, decided, below, g, heard, cached, since, result>>

(* Merging: "never there" ranks as a deletion at the answering replica's deletedBelow. *)
Rank(a) == IF a.v = 0 THEN (IF Ranks THEN a.below * 2 ELSE 0) ELSE a.v * 2 + 1
Best(s) == LET of == {a \in answers : a.s = s} IN (CHOOSE a \in of : \A o \in of : Rank(o) <= Rank(a)).v

End ==
    /\ Reading /\ g >= 0
    /\ RoundsAreOne => heard = g
    /\ \A s \in Shard : Cardinality({a \in answers : a.s = s}) >= Q
    /\ result' = [s \in Shard |-> Best(s)]
    /\ UNCHANGED <<voted, applied, decided, below, g, heard, cached, answers, since>>

Next ==
    \/ BeginRound \/ End
    \/ \E v \in 1..Last, voters \in SUBSET Replica : Cardinality(voters) = Q /\ Decide(v, voters)
    \/ \E s \in Shard, r \in Replica :
        \/ ReadAnywhere(s, r) \/ Refuse(s, r) \/ AnswerKey(s, r) \/ AnswerValid(s, r)
        \/ \E v \in 1..Last : Apply(v, s, r) \/ Forget(v, s, r)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* The result is what everything together was at one moment between the beginning of the read and its end. *)
Strict ==
    ~Reading =>
        \E n \in since..decided : \A s \in Shard : Value(s, result[s]) = Value(s, NewestAt(s, n))
=============================================================================
