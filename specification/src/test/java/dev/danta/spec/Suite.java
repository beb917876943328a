package dev.danta.spec;

import java.util.ArrayList;
import java.util.List;

/** What is explored. Numbers are the lines of protocol.md 11 that a wrong variant stands for. */
final class Suite {
    private static final Exploration KEY_READ =
            Exploration.exhausted("strict read of one key while a deletion is forgotten", "KeyRead", "keyread");
    private static final Exploration VALIDATION = Exploration.exhausted(
            "validation over two shards while a deletion is forgotten", "Validation", "validation");
    private static final Exploration SALE =
            Exploration.exhausted("allotments, fences and a change of epoch", "Sale", "sale");
    private static final Exploration CONFLICT =
            Exploration.exhausted("two conflicting transactions, one settled by others", "Conflict", "conflict");
    private static final Exploration CONFLICT_SAMPLED =
            Exploration.sampled("two conflicting transactions", "Conflict", "conflict", 200_000, 80);
    private static final Exploration INVERSION = Exploration.sampled(
            "two shards, clocks that invert, a reader, two ballots to settle", "Inversion", "inversion", 20_000, 150);
    private static final Exploration FIVE =
            Exploration.sampled("five replicas, both settled by others", "Five", "five", 20_000, 120);
    private static final Exploration REPLACEMENT = Exploration.sampled(
            "one member replaced, a disk lost, two drivers", "Replacement", "replacement", 50_000, 70);

    private static final Exploration REPLACEMENT_OF_RELAXED = Exploration.exhausted(
                    "a relaxed operation while one member is replaced, a disk lost, two drivers",
                    "Replacement",
                    "replacement")
            .with("Txn", "{}")
            .with("Late", "{}");
    private static final Exploration REPLACEMENT_OF_ONE = Exploration.exhausted(
                    "one transaction while one member is replaced, a disk lost, two drivers",
                    "Replacement",
                    "replacement")
            .with("Txn", "{t1}")
            .with("Late", "{}")
            .with("Relaxes", "FALSE");

    private Suite() {}

    /** Small enough for every build: seconds. */
    static List<Exploration> smallest() {
        return List.of(
                SALE.with("Changes", "0").with("Supply", "2"),
                SALE.broken("13 a replica accepts a spend after the fence", "FenceRefuses", "FALSE"),
                REPLACEMENT_OF_RELAXED.broken("18 a sealed replica still answers", "SealedAreSilent", "FALSE"));
    }

    /** Everything: minutes. */
    static List<Exploration> all() {
        List<Exploration> all = new ArrayList<>(List.of(KEY_READ, VALIDATION, SALE, CONFLICT));
        all.addAll(List.of(INVERSION, FIVE, REPLACEMENT));
        all.add(REPLACEMENT_OF_RELAXED);
        all.add(REPLACEMENT_OF_ONE);
        Exploration tapir = FIVE.with("FastSize", "4");
        all.add(tapir.broken("1 fast quorum of 4 in 5, settled from 2 votes", "SettleOks", "2"));
        all.add(INVERSION
                .with("Txn", "{t1, t2, t3}")
                .with("Readers", "{}")
                .with("Orphans", "{}")
                .broken("2 a write passes an undecided read", "WritePassesRead", "TRUE"));
        all.add(CONFLICT_SAMPLED.broken("5 settling ignores accepted values", "AcceptedCounts", "FALSE"));
        all.add(CONFLICT_SAMPLED.broken("6 slow path with q - 1 acknowledgements", "SlowSize", "1"));
        all.add(CONFLICT_SAMPLED.broken("7 absent keys are not validated", "AbsentIsRead", "FALSE"));
        all.add(CONFLICT_SAMPLED.broken("11 a promise does not bar the first vote", "PromiseBars", "FALSE"));
        all.add(CONFLICT_SAMPLED.broken("12 fast path after a Finalize", "FastAfterFinalize", "TRUE"));
        all.add(INVERSION.broken("16 validation ignores holds", "ReadSeesHolds", "FALSE"));
        all.add(KEY_READ.broken("16 a key read ignores holds", "SeesHolds", "FALSE"));
        all.add(VALIDATION.broken("16 validation ignores holds, while forgetting", "SeesHolds", "FALSE"));
        all.add(VALIDATION.broken("25 Validate answered above g", "GIsChecked", "FALSE"));
        all.add(VALIDATION.broken("25 a round continued instead of begun anew", "RoundsAreOne", "FALSE"));
        all.add(KEY_READ.with("Ranks", "FALSE")
                .broken("25 a key read answered above g, absence ranked lowest", "GIsChecked", "FALSE"));
        all.add(REPLACEMENT_OF_RELAXED.broken(
                "10 a wiped replica answers under its old identity", "LostStaysOut", "FALSE"));
        all.add(REPLACEMENT_OF_ONE.broken("18 a sealed replica still votes", "SealedAreSilent", "FALSE"));
        all.add(REPLACEMENT_OF_RELAXED.broken("18 a new epoch from q - 1 seals", "SealsNeeded", "1"));
        all.add(REPLACEMENT_OF_RELAXED.broken("18 only unsettled records are merged", "MergeTakesAll", "FALSE"));
        all.add(REPLACEMENT_OF_RELAXED.broken("18 a quorum counted over two epochs", "OneEpochCounts", "FALSE"));
        all.add(REPLACEMENT_OF_ONE.broken("24 an older install is served", "ActiveIsServed", "FALSE"));
        all.add(REPLACEMENT_OF_ONE.broken("24 an install is accepted after activation", "InstallEnds", "FALSE"));
        all.add(SALE.broken("13 a spend is accepted after the fence", "FenceRefuses", "FALSE"));
        all.add(SALE.broken("13 a closing counts one replica", "CloseAsks", "1"));
        all.add(SALE.broken("13 fences are not merged at a change of epoch", "FencesMerge", "FALSE"));
        all.add(SALE.with("Client", "{c1, c2, c3}")
                .with("Supply", "2")
                .with("Amount", "1")
                .broken("15 replicas judge by their own sums", "ReplicasJudge", "TRUE"));
        return all;
    }
}
