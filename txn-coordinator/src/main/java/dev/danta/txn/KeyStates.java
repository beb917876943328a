package dev.danta.txn;

import dev.danta.ir.message.StatePart;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.relaxed.RelaxedState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a replica has under some keys, ascending: of the versions the newest, which is all that votes and reads look at. */
public record KeyStates(List<KeyState> keys) implements StatePart {
    public KeyStates {
        keys = List.copyOf(keys);
    }

    /**
     * What there is under one key.
     *
     * @param newest {@link Version#NEVER_THERE} if there is no version
     * @param relaxed null if there is no relaxed value
     */
    public record KeyState(
            Key key, Version newest, @Nullable RelaxedState relaxed) {}
}
