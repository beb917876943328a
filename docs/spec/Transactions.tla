---------------------------- MODULE Transactions ----------------------------
(***************************************************************************)
(* Sections 2 to 6 of protocol.md: strict transactions over inconsistent   *)
(* replication, their settling by others, and strict reads that leave      *)
(* nothing behind.                                                         *)
(*                                                                         *)
(* Every shard has one key.  A message that was sent stays sent and may be *)
(* acted on never, once or often, at any time: that is loss, repetition    *)
(* and reordering.  Votes, promises, acceptances and decisions are read    *)
(* from the replicas' records, where they are durable before they are      *)
(* sent; a client's crash is a client that takes no further step.          *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
    Replica, Shard, Txn,
    Reads, Writes,      \* functions: the keys (shards) that a transaction reads, writes
    Clock,              \* function: the proposed timestamp, which is also the id
    Readers,            \* transactions that only read, validated without a trace (5.1)
    Orphans,            \* transactions that others may settle
    Rounds,             \* how many rounds others may use to settle
    FastSize,           \* equal votes that settle at once: all of them
    SlowSize,           \* acknowledgements that settle a Finalize: q
    SettleOks,          \* OK votes among q promises from which OK must be proposed: q
    WritePassesRead,    \* TRUE: TAPIR's rule, a later write passes an undecided read
    AcceptedCounts,     \* FALSE: whoever settles ignores what was accepted
    PromiseBars,        \* FALSE: a promise does not bar the first vote
    FastAfterFinalize,  \* TRUE: the owner uses the fast path after it sent a Finalize
    ReadSeesHolds,      \* FALSE: validation of a read does not look at holds
    AbsentIsRead        \* FALSE: "never there" is not validated

VARIABLES
    record,     \* [Shard -> [Replica -> [Txn -> record of 2.1]]]
    newest,     \* [Shard -> [Replica -> timestamp of the newest version, 0 if never there]]
    seen,       \* [Txn -> [Shard -> version read, -1 before]]
    state,      \* [Txn -> what its client is about]
    before,     \* pairs <<t, u>>: t's answer was given before u began
    offers,     \* Finalizes sent
    accepts,    \* acknowledgements of Finalizes, once given
    promises,   \* answers to Inquires, once given
    outcomes,   \* decisions that anybody has reached
    valid       \* "valid" answers to a Validate

vars == <<record, newest, seen, state, before, offers, accepts, promises, outcomes, valid>>

Q == (Cardinality(Replica) \div 2) + 1
Keys(t) == Reads[t] \cup Writes[t]
Settled == {"committed", "aborted"}
Greatest(S) == CHOOSE x \in S : \A y \in S : y <= x

Blank == [vote |-> "unset", at |-> 0, promised |-> 0, accBallot |-> -1, accOk |-> FALSE, accAt |-> 0, decision |-> "none"]

Init ==
    /\ record = [s \in Shard |-> [r \in Replica |-> [t \in Txn |-> Blank]]]
    /\ newest = [s \in Shard |-> [r \in Replica |-> 0]]
    /\ seen = [t \in Txn |-> [s \in Shard |-> -1]]
    /\ state = [t \in Txn |-> "idle"]
    /\ before = {} /\ offers = {} /\ accepts = {} /\ promises = {} /\ outcomes = {} /\ valid = {}

-----------------------------------------------------------------------------
(* The client: begins, reads one replica for each key, proposes. *)

Begin(t) ==
    /\ state[t] = "idle"
    /\ state' = [state EXCEPT ![t] = "reading"]
    /\ before' = before \cup {<<u, t>> : u \in {v \in Txn : state[v] = "committed"}}
    /\ UNCHANGED <<record, newest, seen, offers, accepts, promises, outcomes, valid>>

Read(t, s, r) ==
    /\ state[t] = "reading" /\ s \in Reads[t] /\ seen[t][s] = -1
    /\ newest[s][r] < Clock[t]    \* an id is above every version read
    /\ seen' = [seen EXCEPT ![t][s] = newest[s][r]]
    /\ UNCHANGED <<record, newest, state, before, offers, accepts, promises, outcomes, valid>>

Propose(t) ==
    /\ state[t] = "reading" /\ \A s \in Reads[t] : seen[t][s] # -1
    /\ state' = [state EXCEPT ![t] = IF t \in Readers THEN "validating" ELSE "proposed"]
    /\ UNCHANGED <<record, newest, seen, before, offers, accepts, promises, outcomes, valid>>

-----------------------------------------------------------------------------
(* A replica: the table of 2.1, validation by 4.2. *)

Holds(s, r, u) ==
    LET h == record[s][r][u] IN h.decision = "none" /\ (h.vote = "ok" \/ (h.accBallot >= 0 /\ h.accOk))

(* The least timestamp of t's client above a version: timestamps are time * 10 + client. *)
RaisedAbove(t, low) ==
    IF Clock[t] > low THEN Clock[t]
    ELSE CHOOSE x \in low + 1 .. low + 10 : x % 10 = Clock[t] % 10

Conflicts(t, s, r) ==
    \E u \in Txn \ {t} :
        /\ Holds(s, r, u)
        /\ IF WritePassesRead
           THEN \/ s \in Reads[t] /\ s \in Writes[u]
                \/ s \in Writes[t] /\ s \in Reads[u] /\ Clock[t] < record[s][r][u].at
           ELSE s \in Writes[t] \/ s \in Writes[u]

Fresh(t, s, r) ==
    s \in Reads[t] => \/ newest[s][r] <= seen[t][s]    \* older here: this replica is merely behind
                      \/ ~AbsentIsRead /\ seen[t][s] = 0

Vote(t, s, r) ==
    LET h == record[s][r][t] IN
    /\ state[t] # "idle" /\ state[t] # "reading" /\ t \notin Readers /\ s \in Keys(t)
    /\ h.vote = "unset" /\ h.decision = "none" /\ (PromiseBars => h.promised = 0)
    /\ IF Fresh(t, s, r) /\ ~Conflicts(t, s, r)
       THEN \* above every version read or written here
            LET floor == Greatest({newest[s][r], seen[t][s]}) IN
            record' = [record EXCEPT ![s][r][t].vote = "ok", ![s][r][t].at = RaisedAbove(t, floor)]
       ELSE record' = [record EXCEPT ![s][r][t].vote = "no"]
    /\ UNCHANGED <<newest, seen, state, before, offers, accepts, promises, outcomes, valid>>

Accept(o, r) ==
    LET h == record[o.s][r][o.t] IN
    /\ h.decision = "none" /\ o.ballot >= h.promised /\ o.ballot > h.accBallot
    /\ record' = [record EXCEPT ![o.s][r][o.t] =
            [h EXCEPT !.promised = o.ballot, !.accBallot = o.ballot, !.accOk = o.ok, !.accAt = o.at,
                      !.vote = IF @ = "unset" THEN "no" ELSE @]]
    /\ accepts' = accepts \cup {<<o.s, r, o.t, o.ballot>>}
    /\ UNCHANGED <<newest, seen, state, before, offers, promises, outcomes, valid>>

Promise(t, s, r, b) ==
    LET h == record[s][r][t]
        promised == [h EXCEPT !.promised = b, !.vote = IF @ = "unset" /\ PromiseBars THEN "no" ELSE @]
    IN
    /\ t \in Orphans /\ state[t] \notin {"idle", "reading"} /\ s \in Keys(t)
    /\ h.decision = "none" /\ b > h.promised
    /\ record' = [record EXCEPT ![s][r][t] = promised]
    /\ promises' = promises \cup {[s |-> s, r |-> r, t |-> t, ballot |-> b, was |-> promised]}
    /\ UNCHANGED <<newest, seen, state, before, offers, accepts, outcomes, valid>>

Apply(d, s, r) ==
    /\ s \in Keys(d.t) /\ record[s][r][d.t].decision = "none"
    /\ record' = [record EXCEPT ![s][r][d.t].decision = IF d.commit THEN "commit" ELSE "abort"]
    /\ newest' = IF d.commit /\ s \in Writes[d.t] /\ d.at > newest[s][r]
                 THEN [newest EXCEPT ![s][r] = d.at] ELSE newest
    /\ UNCHANGED <<seen, state, before, offers, accepts, promises, outcomes, valid>>

-----------------------------------------------------------------------------
(* Settling: the owner with ballot 0, others with higher ones. *)

Votes(t, s, what) == {r \in Replica : record[s][r][t].vote = what}
NoOffer(t, s, b) == ~\E o \in offers : o.t = t /\ o.s = s /\ o.ballot = b
Offer(t, s, b, ok, at) == offers' = offers \cup {[t |-> t, s |-> s, ballot |-> b, ok |-> ok, at |-> at]}

OwnerFinalizes(t, s) ==
    /\ state[t] = "proposed" /\ s \in Keys(t) /\ NoOffer(t, s, 0)
    /\ \/ \E oks \in SUBSET Votes(t, s, "ok") :
            /\ Cardinality(oks) = Q
            /\ Offer(t, s, 0, TRUE, Greatest({record[s][r][t].at : r \in oks}))
       \/ Offer(t, s, 0, FALSE, 0)
    /\ UNCHANGED <<record, newest, seen, state, before, accepts, promises, outcomes, valid>>

Chosen(o) == Cardinality({r \in Replica : <<o.s, r, o.t, o.ballot>> \in accepts}) >= SlowSize

FastTimes(t, s) ==
    IF FastAfterFinalize \/ NoOffer(t, s, 0)
    THEN {x \in {record[s][r][t].at : r \in Votes(t, s, "ok")} :
            Cardinality({r \in Votes(t, s, "ok") : record[s][r][t].at = x}) >= FastSize}
    ELSE {}
SlowTimes(t, s, b) == {o.at : o \in {p \in offers : p.t = t /\ p.s = s /\ p.ballot = b /\ p.ok /\ Chosen(p)}}
OwnerTimes(t, s) == FastTimes(t, s) \cup SlowTimes(t, s, 0)

Reach(t, commit, at) == outcomes' = outcomes \cup {[t |-> t, commit |-> commit, at |-> at]}

OwnerCommits(t) ==
    /\ state[t] = "proposed" /\ \A s \in Keys(t) : OwnerTimes(t, s) # {}
    /\ \E at \in {Greatest(UNION {OwnerTimes(t, s) : s \in Keys(t)})} : Reach(t, TRUE, at)
    /\ state' = [state EXCEPT ![t] = "committed"]
    /\ UNCHANGED <<record, newest, seen, before, offers, accepts, promises, valid>>

OwnerAborts(t) ==
    /\ state[t] = "proposed"
    /\ \E s \in Keys(t) :
        \/ Cardinality(Votes(t, s, "no")) >= Q
        \/ \E o \in offers : o.t = t /\ o.s = s /\ o.ballot = 0 /\ ~o.ok /\ Chosen(o)
    /\ Reach(t, FALSE, 0)
    /\ state' = [state EXCEPT ![t] = "aborted"]
    /\ UNCHANGED <<record, newest, seen, before, offers, accepts, promises, valid>>

OwnerLearns(t) ==
    /\ state[t] = "proposed"
    /\ \E d \in outcomes : d.t = t /\ state' = [state EXCEPT ![t] = IF d.commit THEN "committed" ELSE "aborted"]
    /\ UNCHANGED <<record, newest, seen, before, offers, accepts, promises, outcomes, valid>>

SafeValue(answers) ==
    LET accepted == {p \in answers : AcceptedCounts /\ p.was.accBallot >= 0}
        top == CHOOSE p \in accepted : \A o \in accepted : o.was.accBallot <= p.was.accBallot
        oks == {p \in answers : p.was.vote = "ok"}
    IN  IF accepted # {} THEN <<top.was.accOk, top.was.accAt>>
        ELSE IF Cardinality(oks) >= SettleOks THEN <<TRUE, Greatest({p.was.at : p \in oks})>>
        ELSE <<FALSE, 0>>

SettlerFinalizes(t, s, b) ==
    /\ NoOffer(t, s, b)
    /\ \E answers \in SUBSET {p \in promises : p.t = t /\ p.s = s /\ p.ballot = b} :
        /\ Cardinality(answers) = Q /\ \A p \in answers : p.was.decision = "none"
        /\ Offer(t, s, b, SafeValue(answers)[1], SafeValue(answers)[2])
    /\ UNCHANGED <<record, newest, seen, state, before, accepts, promises, outcomes, valid>>

SettlerDecides(t, b) ==
    /\ \/ /\ \A s \in Keys(t) : SlowTimes(t, s, b) # {}
          /\ Reach(t, TRUE, Greatest(UNION {SlowTimes(t, s, b) : s \in Keys(t)}))
       \/ /\ \E o \in offers : o.t = t /\ o.ballot = b /\ ~o.ok /\ Chosen(o)
          /\ Reach(t, FALSE, 0)
    /\ UNCHANGED <<record, newest, seen, state, before, offers, accepts, promises, valid>>

-----------------------------------------------------------------------------
(* Strict reads without a trace: Validate at q replicas of every shard (5.1). *)

SaysValid(t, s, r) ==
    /\ state[t] = "validating" /\ s \in Reads[t]
    /\ newest[s][r] <= seen[t][s]
    /\ ReadSeesHolds => ~\E u \in Txn : s \in Writes[u] /\ Holds(s, r, u)
    /\ valid' = valid \cup {<<t, s, r>>}
    /\ UNCHANGED <<record, newest, seen, state, before, offers, accepts, promises, outcomes>>

ReaderEnds(t) ==
    /\ state[t] = "validating"
    /\ \A s \in Reads[t] : Cardinality({r \in Replica : <<t, s, r>> \in valid}) >= Q
    /\ state' = [state EXCEPT ![t] = "committed"]
    /\ UNCHANGED <<record, newest, seen, before, offers, accepts, promises, outcomes, valid>>

-----------------------------------------------------------------------------
Next ==
    \/ \E t \in Txn : \/ Begin(t) \/ Propose(t) \/ OwnerCommits(t) \/ OwnerAborts(t) \/ OwnerLearns(t) \/ ReaderEnds(t)
    \/ \E t \in Txn, s \in Shard : OwnerFinalizes(t, s)
    \/ \E t \in Txn, s \in Shard, r \in Replica : Read(t, s, r) \/ Vote(t, s, r) \/ SaysValid(t, s, r)
    \/ \E o \in offers, r \in Replica : Accept(o, r)
    \/ \E t \in Txn, b \in 1..Rounds :
        \/ SettlerDecides(t, b)
        \/ \E s \in Shard : SettlerFinalizes(t, s, b) \/ \E r \in Replica : Promise(t, s, r, b)
    \/ \E d \in outcomes, s \in Shard, r \in Replica : Apply(d, s, r)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
(* What must hold. *)

OneOutcome == \A c, d \in outcomes : c.t = d.t => c = d
ToldTheTruth ==
    \A t \in Txn \ Readers : \A d \in outcomes :
        d.t = t => (state[t] = "committed" => d.commit) /\ (state[t] = "aborted" => ~d.commit)

Committed == {d.t : d \in {c \in outcomes : c.commit}} \cup {t \in Readers : state[t] = "committed"}
At(t) == (CHOOSE d \in outcomes : d.t = t).at

(* t comes before u in every serial order that explains what was seen. *)
Precedes(t, u) ==
    \/ <<t, u>> \in before
    \/ \E s \in Writes[t] \cap Writes[u] : At(t) < At(u)
    \/ \E s \in Writes[t] \cap Reads[u] : At(t) <= seen[u][s]
    \/ \E s \in Reads[t] \cap Writes[u] : seen[t][s] < At(u)

(* A relation on a finite set is acyclic iff no part of it has a predecessor for each of its members within it. *)
StrictlySerializable ==
    OneOutcome => \A part \in SUBSET Committed :
        part # {} => \E u \in part : \A t \in part \ {u} : ~Precedes(t, u)

ReadsWereCommitted ==
    OneOutcome => \A u \in Committed : \A s \in Reads[u] :
        seen[u][s] = 0 \/ \E t \in Committed : s \in Writes[t] /\ At(t) = seen[u][s]

Safe == OneOutcome /\ ToldTheTruth /\ StrictlySerializable /\ ReadsWereCommitted
=============================================================================
