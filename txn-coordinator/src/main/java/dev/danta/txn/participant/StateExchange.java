package dev.danta.txn.participant;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.replica.StateSlice;
import dev.danta.ir.runtime.Effect;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.occ.VersionedStore;
import dev.danta.relaxed.RelaxedState;
import dev.danta.txn.KeyStates;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Reads a replica's state key by key, and joins what another replica has into it (protocol.md 9). */
final class StateExchange {
    private final VersionedStore versions;
    private final RelaxedStore relaxed;

    StateExchange(VersionedStore versions, RelaxedStore relaxed) {
        this.versions = versions;
        this.relaxed = relaxed;
    }

    StateSlice slice(Bytes after, int most) {
        TreeSet<Key> keys = new TreeSet<>(relaxed.relaxedKeys(after, most));
        if (after.size() < Key.SIZE_MAX) {
            List<Key> versioned = new ArrayList<>();
            versions.scan(new KeyRange(following(after), last()), (key, newest) -> {
                versioned.add(key);
                return versioned.size() < most;
            });
            keys.addAll(versioned);
        }
        List<KeyStates.KeyState> states = new ArrayList<>();
        for (Key key : keys) {
            if (states.size() == most) {
                break;
            }
            states.add(new KeyStates.KeyState(key, versions.newest(key), relaxed.relaxed(key)));
        }
        Bytes next = states.size() < most
                ? null
                : states.get(states.size() - 1).key().bytes();
        return new StateSlice(new KeyStates(states), next);
    }

    /** The first key above {@code after} that there may be. */
    private static Key following(Bytes after) {
        byte[] bytes = after.toArray();
        return new Key(Bytes.wrap(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    private static Key last() {
        byte[] bytes = new byte[Key.SIZE_MAX];
        Arrays.fill(bytes, (byte) 0xff);
        return new Key(Bytes.wrap(bytes));
    }

    /** A version at or below {@code deletedBelow} is here already, or was dropped here. */
    List<Effect> join(KeyStates states) {
        List<Effect> effects = new ArrayList<>();
        for (KeyStates.KeyState state : states.keys()) {
            Version version = state.newest();
            if (version.timestamp().isAbove(versions.deletedBelow())
                    && version.timestamp().isAbove(versions.newest(state.key()).timestamp())) {
                effects.add(new Effect.Persist(new PutVersion(state.key(), version)));
            }
            RelaxedState theirs = state.relaxed();
            if (theirs != null) {
                RelaxedState own = relaxed.relaxed(state.key());
                RelaxedState joined = own == null ? theirs : own.joins(theirs) ? own.join(theirs) : own;
                if (!joined.equals(own)) {
                    effects.add(new Effect.Persist(new PutRelaxed(state.key(), joined)));
                }
            }
        }
        return effects;
    }
}
