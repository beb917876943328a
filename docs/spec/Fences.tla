------------------------------- MODULE Fences -------------------------------
(***************************************************************************)
(* Section 8: a stock from which allotments are taken, spent at replicas   *)
(* without touching the stock's record, fenced, and closed.  The strict    *)
(* transactions on the record are single steps here; that they are serial  *)
(* is the affair of Transactions.tla.  In between the shard may change its *)
(* members (section 9), reduced to what it does to spends and fences.      *)
(***************************************************************************)
EXTENDS Integers, FiniteSets

CONSTANTS
    Replica, Client,
    Supply,          \* what there is in the beginning
    Amount,          \* of every allotment
    Changes,         \* how many changes of epoch there may be
    FenceRefuses,    \* FALSE: a replica accepts a spend after it was fenced
    CloseAsks,       \* how many replicas' fences a closing rests on: q
    FencesMerge,     \* FALSE: a change of epoch forgets fences
    ReplicasJudge    \* TRUE: no allotments; a replica accepts a spend while its own sum allows it

VARIABLES
    base,       \* of the record
    allotment,  \* [Client -> "none", "open" or "closed"]; each client takes one at most
    spentAt,    \* [Replica -> [Client -> greatest cumulative spend accepted]]
    fenced,     \* [Replica -> clients whose allotment is fenced here]
    asked,      \* [Client -> cumulative spend that its owner has asked for]
    accepts,    \* <<replica, client, cumulative>> answered "accepted"
    answers,    \* <<replica, client, greatest>> answered to a fence
    final,      \* [Client -> greatest cumulative spend that its owner knows to be final]
    returned,   \* [Client -> S remembered at the closing, -1 before]
    changes

vars == <<base, allotment, spentAt, fenced, asked, accepts, answers, final, returned, changes>>

Q == (Cardinality(Replica) \div 2) + 1
Max(S) == CHOOSE m \in S : \A n \in S : n <= m
RECURSIVE Sum(_, _)
Sum(f, S) == IF S = {} THEN 0 ELSE LET c == CHOOSE d \in S : TRUE IN f[c] + Sum(f, S \ {c})

Init ==
    /\ base = Supply
    /\ allotment = [c \in Client |-> IF ReplicasJudge THEN "open" ELSE "none"]
    /\ spentAt = [r \in Replica |-> [c \in Client |-> 0]]
    /\ fenced = [r \in Replica |-> {}]
    /\ asked = [c \in Client |-> 0]
    /\ accepts = {} /\ answers = {}
    /\ final = [c \in Client |-> 0]
    /\ returned = [c \in Client |-> -1]
    /\ changes = 0

Take(c) ==
    /\ allotment[c] = "none" /\ base >= Amount
    /\ allotment' = [allotment EXCEPT ![c] = "open"]
    /\ base' = base - Amount
    /\ UNCHANGED <<spentAt, fenced, asked, accepts, answers, final, returned, changes>>

(* Only the owner spends, in sequence, never beyond the amount; an unanswered spend counts as spent. *)
Spend(c) ==
    /\ allotment[c] # "none" /\ asked[c] < Amount
    /\ asked' = [asked EXCEPT ![c] = @ + 1]
    /\ UNCHANGED <<base, allotment, spentAt, fenced, accepts, answers, final, returned, changes>>

Accept(r, c) ==
    /\ \E n \in 1..asked[c] :
        /\ IF ReplicasJudge THEN Sum(spentAt[r], Client) - spentAt[r][c] + n <= Supply
           ELSE FenceRefuses => c \notin fenced[r]
        /\ spentAt' = [spentAt EXCEPT ![r][c] = Max({@, n})]
        /\ accepts' = accepts \cup {<<r, c, n>>}
    /\ UNCHANGED <<base, allotment, fenced, asked, answers, final, returned, changes>>

Ends(c) ==
    /\ \E n \in final[c] + 1 .. asked[c] :
        /\ Cardinality({r \in Replica : \E m \in n..Amount : <<r, c, m>> \in accepts}) >= Q
        /\ final' = [final EXCEPT ![c] = n]
    /\ UNCHANGED <<base, allotment, spentAt, fenced, asked, accepts, answers, returned, changes>>

(* Anyone may close: fences at a quorum, the greatest answer covers every spend that is final or can become it. *)
Fence(r, c) ==
    /\ allotment[c] = "open" /\ ~ReplicasJudge
    /\ fenced' = [fenced EXCEPT ![r] = @ \cup {c}]
    /\ answers' = answers \cup {<<r, c, spentAt[r][c]>>}
    /\ UNCHANGED <<base, allotment, spentAt, asked, accepts, final, returned, changes>>

Close(c) ==
    /\ allotment[c] = "open"
    /\ \E some \in SUBSET {a \in answers : a[2] = c} :
        /\ Cardinality(some) = CloseAsks /\ Cardinality({a[1] : a \in some}) = CloseAsks
        /\ returned' = [returned EXCEPT ![c] = Max({a[3] : a \in some})]
        /\ base' = base + Amount - Max({a[3] : a \in some})
    /\ allotment' = [allotment EXCEPT ![c] = "closed"]
    /\ UNCHANGED <<spentAt, fenced, asked, accepts, answers, final, changes>>

(* Every quorum of answers is of one epoch: those of before are forgotten; spends by the greatest, fences by union. *)
Change(from) ==
    /\ changes < Changes /\ Cardinality(from) >= Q
    /\ changes' = changes + 1
    /\ spentAt' = [r \in Replica |-> [c \in Client |-> Max({spentAt[p][c] : p \in from})]]
    /\ fenced' = [r \in Replica |-> IF FencesMerge THEN UNION {fenced[p] : p \in from} ELSE {}]
    /\ accepts' = {} /\ answers' = {}
    /\ UNCHANGED <<base, allotment, asked, final, returned>>

Next ==
    \/ \E c \in Client : Take(c) \/ Spend(c) \/ Ends(c) \/ Close(c)
    \/ \E r \in Replica, c \in Client : Accept(r, c) \/ Fence(r, c)
    \/ \E from \in SUBSET Replica : Change(from)

Spec == Init /\ [][Next]_vars

-----------------------------------------------------------------------------
NeverOversold == Sum(final, Client) <= Supply
Conserved ==
    ~ReplicasJudge =>
        base + Sum([c \in Client |-> CASE allotment[c] = "open" -> Amount
                                       [] allotment[c] = "closed" -> returned[c]
                                       [] OTHER -> 0], Client) = Supply
NothingBeyondS == \A c \in Client : returned[c] >= 0 => final[c] <= returned[c]
Safe == NeverOversold /\ Conserved /\ NothingBeyondS
=============================================================================
