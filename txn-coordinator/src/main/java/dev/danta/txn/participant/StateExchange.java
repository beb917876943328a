package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.KeyStates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Joins what another replica has into this one's state (protocol.md 7 and 9). */
final class StateExchange {
    private final VersionedStore versions;
    private final RelaxedStore relaxed;
    private final StateRules rules;
    private final SpendRules spendRules;

    StateExchange(VersionedStore versions, RelaxedStore relaxed, StateRules rules, SpendRules spendRules) {
        this.spendRules = spendRules;
        this.versions = versions;
        this.relaxed = relaxed;
        this.rules = rules;
    }

    /** The keys above {@code after} and at or below {@code upTo}, no bytes being the end; null if there can be none. */
    static @Nullable KeyRange range(Bytes after, Bytes upTo) {
        if (after.size() > Key.SIZE_MAX || upTo.size() > Key.SIZE_MAX) {
            return null;
        }
        Key first = after.size() == 0 ? new Key(Bytes.wrap(new byte[1])) : new Key(after).next();
        Key behind = upTo.size() == 0 ? null : new Key(upTo).next();
        Key end = behind == null ? LAST : behind;
        return first == null || first.compareTo(end) >= 0 ? null : new KeyRange(first, end);
    }

    private static final Key LAST = last();

    private static Key last() {
        byte[] bytes = new byte[Key.SIZE_MAX];
        Arrays.fill(bytes, (byte) 0xff);
        return new Key(Bytes.wrap(bytes));
    }

    List<Effect> forgetBeside(KeyStates states, List<StateReach> reaches) {
        TreeSet<Key> there = new TreeSet<>();
        for (KeyStates.KeyState state : states.keys()) {
            if (!state.newest().equals(Version.NEVER_THERE)) {
                there.add(state.key());
            }
        }
        List<Effect> effects = new ArrayList<>();
        for (StateReach reach : reaches) {
            KeyRange range = range(reach.after(), reach.upTo());
            if (range != null && !reach.forgotten().equals(Timestamp.ZERO)) {
                versions.scan(range, (key, newest) -> {
                    if (rules.isForgotten(newest, reach.forgotten()) && !there.contains(key)) {
                        effects.add(new Effect.Persist(new DropVersions(key, reach.forgotten())));
                    }
                    return true;
                });
            }
        }
        return effects;
    }

    /** @param forgotten up to there nothing is taken, nor up to this replica's own {@code deletedBelow} */
    List<Effect> join(KeyStates states, Timestamp forgotten) {
        List<Effect> effects = new ArrayList<>();
        Timestamp floor = Timestamp.max(forgotten, versions.deletedBelow());
        Key before = null;
        for (KeyStates.KeyState state : states.keys()) {
            if (before != null && state.key().compareTo(before) <= 0) {
                // What was just joined is not read back yet: a key that came twice would lose half of it.
                break;
            }
            before = state.key();
            Version version = state.newest();
            if (rules.takes(version, versions.newest(state.key()), floor)) {
                effects.add(new Effect.Persist(new PutVersion(state.key(), version)));
            }
            RelaxedState theirs = state.relaxed();
            if (theirs != null
                    && Allotments.misplaced(state.key(), theirs) == null
                    && !ClosedAllotments.isForgotten(versions, spendRules, state.key(), versions.deletedBelow())) {
                RelaxedState own = relaxed.relaxed(state.key());
                RelaxedState joined = joined(own, theirs);
                if (!joined.equals(own)) {
                    effects.add(new Effect.Persist(new PutRelaxed(state.key(), joined)));
                }
            }
        }
        return effects;
    }

    private RelaxedState joined(@Nullable RelaxedState own, RelaxedState theirs) {
        if (theirs instanceof Spending spending && (own == null || own instanceof Spending)) {
            return spendRules.joined(own instanceof Spending here ? here : Spending.NOTHING, spending);
        }
        if (own == null) {
            return theirs;
        }
        return own.joins(theirs) ? own.join(theirs) : own;
    }
}
