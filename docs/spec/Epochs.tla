------------------------------- MODULE Epochs -------------------------------
(***************************************************************************)
(* Section 9: a shard goes from epoch 1 to epoch 2 while operations are    *)
(* under way.  The transactions here all conflict with each other and have *)
(* read the same version, so at most one may ever commit.  A relaxed       *)
(* operation stands for all of them.  Drivers may die at any point;        *)
(* another one goes on with the next attempt.                              *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
    Txn,
    Late,              \* those of Txn that are proposed in epoch 2 only
    Old, New,          \* the members of epoch 1 and of epoch 2
    Attempts,          \* how many drivers there are, one after the other
    SealsNeeded,       \* q
    SealedAreSilent,   \* FALSE: a sealed replica still votes and acknowledges
    MergeTakesAll,     \* FALSE: what is decided, and relaxed, is not part of the install
    ActiveIsServed,    \* FALSE: a member serves with whatever attempt it has installed
    InstallEnds,       \* FALSE: an install is accepted after activation
    OneEpochCounts,    \* FALSE: a quorum is counted over answers of both epochs
    LostStaysOut,      \* FALSE: a replica that lost its disk goes on under its old identity
    Wipes,             \* how many disks may be lost in epoch 1
    Relaxes            \* FALSE: no relaxed operation, for fewer states

VARIABLES
    vote,       \* [Replica -> [Txn -> "unset", "ok" or "no"]]
    accepted,   \* [Replica -> [Txn -> <<ballot, "ok" or "abort">>]]; ballot 0: nothing
    knows,      \* [Replica -> [Txn -> decision known]]
    has,        \* replicas that have the relaxed operation
    sealed,     \* replicas that are sealed in epoch 1
    lost,       \* replicas that have lost their disk and know it
    installed,  \* [Replica -> attempt installed, 0 none]
    reported,   \* installs acknowledged: <<attempt, replica>>
    active,     \* attempt with which epoch 2 is active, 0 while it is not
    attempt,    \* the latest attempt that the configuration knows
    merged,     \* [1..Attempts -> what a driver has merged, or none]
    serving,    \* replicas that have learned that epoch 2 is active
    voted,      \* votes sent: <<epoch, replica, txn, vote>>
    acked,      \* acknowledgements sent: <<epoch, replica, txn, result>>
    relaxedBy,  \* acknowledgements of the relaxed operation sent: <<epoch, replica>>
    offered,    \* Finalizes of owners: <<epoch, txn, result>>
    chosen,     \* <<txn, result>> that anybody has found chosen
    ended,      \* the relaxed operation was acknowledged by a quorum
    wiped       \* disks lost so far

vars == <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, serving, voted, acked, relaxedBy,
          offered, chosen, ended, wiped>>

Replica == Old \cup New
Q == (Cardinality(Old) \div 2) + 1
None == <<0, "none">>

Init ==
    /\ vote = [r \in Replica |-> [t \in Txn |-> "unset"]]
    /\ accepted = [r \in Replica |-> [t \in Txn |-> None]]
    /\ knows = [r \in Replica |-> [t \in Txn |-> "none"]]
    /\ has = {} /\ sealed = {} /\ lost = {} /\ serving = {}
    /\ installed = [r \in Replica |-> 0] /\ reported = {}
    /\ active = 0 /\ attempt = 0 /\ merged = [k \in 1..Attempts |-> [done |-> FALSE]]
    /\ voted = {} /\ acked = {} /\ relaxedBy = {} /\ offered = {} /\ chosen = {} /\ ended = FALSE /\ wiped = 0

Epoch(r) == IF r \in serving THEN 2 ELSE 1
Home(t) == IF t \in Late THEN 2 ELSE 1
Answers(r) ==
    \/ r \in serving
    \/ r \in Old /\ r \notin lost /\ installed[r] = 0 /\ (SealedAreSilent => r \notin sealed)
Members(e) == IF e = 1 THEN Old ELSE New

-----------------------------------------------------------------------------
(* Operations, in whichever epoch a replica is.  Ballot 1 is the owner's in its epoch; ballot 2 the merge's. *)

MayOk(r, t) ==
    \A u \in Txn \ {t} :
        /\ knows[r][u] # "commit"
        /\ ~(knows[r][u] = "none" /\ (vote[r][u] = "ok" \/ accepted[r][u][2] = "ok"))

Vote(r, t) ==
    /\ Answers(r) /\ Epoch(r) = Home(t) /\ vote[r][t] = "unset" /\ knows[r][t] = "none"
    /\ LET v == IF MayOk(r, t) THEN "ok" ELSE "no" IN
        /\ vote' = [vote EXCEPT ![r][t] = v]
        /\ voted' = voted \cup {<<Epoch(r), r, t, v>>}
    /\ UNCHANGED <<accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, serving, acked,
                    relaxedBy, offered, chosen, ended, wiped>>

Counted(e, S) == IF OneEpochCounts THEN {m \in S : m[1] = e} ELSE S
VotersOf(e, t, v) == {m[2] : m \in {n \in Counted(e, voted) : n[3] = t /\ n[4] = v}}

(* The owner finalizes once, and not after it has used the fast path. *)
Offer(t) ==
    /\ ~\E o \in offered : o[2] = t
    /\ ~\E c \in chosen : c[1] = t
    /\ \E result \in {"ok", "abort"} :
        /\ result = "ok" => Cardinality(VotersOf(Home(t), t, "ok")) >= Q
        /\ offered' = offered \cup {<<Home(t), t, result>>}
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, serving,
                    voted, acked, relaxedBy, chosen, ended, wiped>>

Accept(r, o) ==
    /\ Answers(r) /\ Epoch(r) = o[1] /\ knows[r][o[2]] = "none" /\ accepted[r][o[2]][1] < o[1] * 2 - 1
    /\ accepted' = [accepted EXCEPT ![r][o[2]] = <<o[1] * 2 - 1, o[3]>>]
    /\ vote' = [vote EXCEPT ![r][o[2]] = IF @ = "unset" THEN "no" ELSE @]
    /\ acked' = acked \cup {<<o[1], r, o[2], o[3]>>}
    /\ UNCHANGED <<knows, has, sealed, lost, installed, reported, active, attempt, merged, serving, voted, relaxedBy,
                    offered, chosen, ended, wiped>>

Choose(t, result) ==
    /\ \/ \E e \in {1, 2} : result = "ok" /\ Members(e) \subseteq VotersOf(e, t, "ok") /\ Home(t) = e /\ ~\E o \in offered : o[2] = t
       \/ \E e \in {1, 2} : result = "abort" /\ Cardinality(VotersOf(e, t, "no") \cap Members(e)) >= Q
       \/ \E o \in offered : o[2] = t /\ o[3] = result
            /\ Cardinality({m[2] : m \in {n \in Counted(o[1], acked) : n[3] = t /\ n[4] = result}}) >= Q
       \* what was merged is accepted by those that installed it: chosen once the epoch is active
       \/ active # 0 /\ \E p \in merged[active].results : p[1] = t /\ p[2] = result
    /\ <<t, result>> \notin chosen
    /\ chosen' = chosen \cup {<<t, result>>}
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, serving,
                    voted, acked, relaxedBy, offered, ended, wiped>>

Learn(r, c) ==
    /\ Answers(r) /\ knows[r][c[1]] = "none"
    /\ knows' = [knows EXCEPT ![r][c[1]] = IF c[2] = "ok" THEN "commit" ELSE "abort"]
    /\ UNCHANGED <<vote, accepted, has, sealed, lost, installed, reported, active, attempt, merged, serving, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

Relaxed(r) ==
    /\ Relaxes /\ Answers(r) /\ r \notin has
    /\ has' = has \cup {r} /\ relaxedBy' = relaxedBy \cup {<<Epoch(r), r>>}
    /\ UNCHANGED <<vote, accepted, knows, sealed, lost, installed, reported, active, attempt, merged, serving, voted,
                    acked, offered, chosen, ended, wiped>>

RelaxedEnds ==
    /\ ~ended /\ \E e \in {1, 2} : Cardinality({m[2] : m \in Counted(e, relaxedBy)}) >= Q
    /\ ended' = TRUE
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, serving,
                    voted, acked, relaxedBy, offered, chosen, wiped>>

(* Anyone settles, in epoch 2, what was proposed in epoch 1 (section 6; one step here, since Transactions.tla has it in *)
(* full): the promises bar votes, the value is the safe one, and those who promised accept it.                         *)
Settle(t, from) ==
    LET top == CHOOSE r \in from : \A p \in from : accepted[p][t][1] <= accepted[r][t][1]
        oks == {r \in from : vote[r][t] = "ok"}
        value == IF accepted[top][t] # None THEN accepted[top][t][2] ELSE IF Cardinality(oks) >= Q THEN "ok" ELSE "abort"
    IN
    /\ from \subseteq serving /\ Cardinality(from) = Q
    /\ \A r \in from : knows[r][t] = "none" /\ accepted[r][t][1] < 4
    /\ accepted' = [r \in Replica |-> IF r \in from THEN [accepted[r] EXCEPT ![t] = <<4, value>>] ELSE accepted[r]]
    /\ vote' = [r \in Replica |-> IF r \in from /\ vote[r][t] = "unset" THEN [vote[r] EXCEPT ![t] = "no"] ELSE vote[r]]
    /\ chosen' = chosen \cup {<<t, value>>}
    /\ UNCHANGED <<knows, has, sealed, lost, installed, reported, active, attempt, merged, serving, voted, acked,
                    relaxedBy, offered, ended, wiped>>

-----------------------------------------------------------------------------
(* A disk is lost.  Under its identity of epoch 1 the replica never answers again. *)

Wipe(r) ==
    /\ wiped < Wipes /\ r \in Old /\ r \notin serving /\ installed[r] = 0
    /\ wiped' = wiped + 1
    /\ vote' = [vote EXCEPT ![r] = [t \in Txn |-> "unset"]]
    /\ accepted' = [accepted EXCEPT ![r] = [t \in Txn |-> None]]
    /\ knows' = [knows EXCEPT ![r] = [t \in Txn |-> "none"]]
    /\ has' = has \ {r} /\ sealed' = sealed \ {r}
    /\ lost' = IF LostStaysOut THEN lost \cup {r} ELSE lost
    /\ UNCHANGED <<installed, reported, active, attempt, merged, serving, voted, acked, relaxedBy, offered, chosen,
                    ended>>

-----------------------------------------------------------------------------
(* The change. *)

Seal(r) ==
    /\ attempt > 0 /\ r \in Old \ (sealed \cup lost)
    /\ sealed' = sealed \cup {r}
    /\ UNCHANGED <<vote, accepted, knows, has, lost, installed, reported, active, attempt, merged, serving, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

BeginAttempt ==
    /\ attempt < Attempts /\ active = 0
    /\ attempt' = attempt + 1
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, merged, serving, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

Result(t, from) ==
    LET top == CHOOSE r \in from : \A p \in from : accepted[p][t][1] <= accepted[r][t][1]
    IN  CASE \E r \in from : knows[r][t] = "commit" -> "commit"
          [] \E r \in from : knows[r][t] = "abort" -> "abort"
          [] accepted[top][t] # None -> accepted[top][t][2]
          [] Cardinality({r \in from : vote[r][t] = "ok"}) >= Q -> "ok"
          [] OTHER -> "abort"

Touched(t, from) == \E r \in from : vote[r][t] # "unset" \/ accepted[r][t] # None \/ knows[r][t] # "none"
Unsettled(t, from) == \E r \in from : knows[r][t] = "none" /\ (vote[r][t] # "unset" \/ accepted[r][t] # None)

Merge(k, from) ==
    /\ k <= attempt /\ ~merged[k].done
    /\ from \subseteq sealed /\ Cardinality(from) >= SealsNeeded
    /\ LET of == {t \in Txn : IF MergeTakesAll THEN Touched(t, from) ELSE Unsettled(t, from)}
           final == {<<t, Result(t, from)>> : t \in of} IN
       merged' = [merged EXCEPT ![k] =
            [done |-> TRUE,
             decided |-> {<<p[1], p[2]>> : p \in {f \in final : f[2] = "commit"}},
             results |-> {<<p[1], p[2]>> : p \in {f \in final : f[2] # "commit"}},
             relaxed |-> MergeTakesAll /\ from \cap has # {}]]
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, serving, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

Install(r, k) ==
    /\ r \in New \ lost /\ merged[k].done
    /\ InstallEnds => r \notin serving
    /\ active = 0 => k > installed[r]
    /\ active # 0 => k = active \/ ~InstallEnds
    /\ LET m == merged[k] IN
        /\ installed' = [installed EXCEPT ![r] = k] /\ reported' = reported \cup {<<k, r>>}
        /\ knows' = [knows EXCEPT ![r] = [t \in Txn |-> IF <<t, "commit">> \in m.decided THEN "commit" ELSE @[t]]]
        /\ accepted' = [accepted EXCEPT ![r] = [t \in Txn |->
                IF \E p \in m.results : p[1] = t THEN <<2, (CHOOSE p \in m.results : p[1] = t)[2]>> ELSE None]]
        /\ vote' = [vote EXCEPT ![r] = [t \in Txn |-> IF \E p \in m.results : p[1] = t THEN "no" ELSE "unset"]]
        /\ has' = IF m.relaxed THEN has \cup {r} ELSE has
        /\ UNCHANGED <<sealed, lost, active, attempt, merged, serving, voted, acked, relaxedBy, offered, chosen,
                        ended, wiped>>

Activate(k) ==
    /\ active = 0 /\ merged[k].done /\ k = attempt
    /\ Cardinality({r \in New : <<k, r>> \in reported}) >= Q
    /\ active' = k
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, attempt, merged, serving, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

Serve(r) ==
    /\ r \in New \ serving /\ active # 0 /\ installed[r] # 0
    /\ ActiveIsServed => installed[r] = active
    /\ serving' = serving \cup {r}
    /\ UNCHANGED <<vote, accepted, knows, has, sealed, lost, installed, reported, active, attempt, merged, voted,
                    acked, relaxedBy, offered, chosen, ended, wiped>>

Next ==
    \/ RelaxedEnds \/ BeginAttempt
    \/ \E r \in Replica : Relaxed(r) \/ Seal(r) \/ Wipe(r) \/ Serve(r)
    \/ \E r \in Replica, t \in Txn : Vote(r, t)
    \/ \E t \in Txn : Offer(t)
    \/ \E t \in Txn \ Late, from \in SUBSET New : Settle(t, from)
    \/ \E r \in Replica, o \in offered : Accept(r, o)
    \/ \E t \in Txn, result \in {"ok", "abort"} : Choose(t, result)
    \/ \E r \in Replica, c \in chosen : Learn(r, c)
    \/ \E k \in 1..Attempts : Activate(k) \/ (\E from \in SUBSET Old : Merge(k, from)) \/ (\E r \in New : Install(r, k))

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
OneResult == \A c, d \in chosen : c[1] = d[1] => c = d
OneCommits == \A c, d \in chosen : c[2] = "ok" /\ d[2] = "ok" => c = d
(* What a quorum has acknowledged is on at least one of any q disks that may answer. *)
RelaxedSurvives ==
    ended =>
        LET answering == IF active = 0 THEN Old \ lost ELSE {r \in New : r \in serving \/ installed[r] = active} IN
        \A some \in SUBSET answering : Cardinality(some) = Q => some \cap has # {}

Safe == OneResult /\ OneCommits /\ RelaxedSurvives
=============================================================================
