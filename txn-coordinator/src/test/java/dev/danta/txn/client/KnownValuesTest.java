package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.Version;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwRegister;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What is told while nothing is there that would note it is not vouched for by an answer to a question from before (ADR 35). Two of
 * three replicas are followed.
 */
final class KnownValuesTest {
    private static final Key X = Bench.key("x");
    private static final ReplicaId FIRST = new ReplicaId(1);
    private static final ClientId OTHER = new ClientId(0, 9);
    private static final LwwRegister OLD = register(1);
    private static final LwwRegister NEW = register(2);
    /** Two sets of replicas that are followed, one after the other. */
    private static final long SET = 7;

    private static final long OTHER_SET = 8;
    private static final int MEMBERS = 2;

    private final Forgetful stores = new Forgetful();
    private final KnownValues values = new KnownValues(stores, 1_000);

    private static LwwRegister register(long time) {
        return new LwwRegister(new Timestamp(time, OTHER), Bytes.utf8("v" + time));
    }

    private static GrowSet set(String... elements) {
        TreeSet<Bytes> all = new TreeSet<>();
        for (String element : elements) {
            all.add(Bytes.utf8(element));
        }
        return new GrowSet(all);
    }

    /** Drops what it is told to drop, in the call that touches it, as a store may that weighs what is used seldom. */
    private static final class Forgetful implements CacheStores {
        private final Set<Key> refused = new HashSet<>();
        private final Set<Key> shownOnce = new HashSet<>();

        @Override
        public <E extends Sized> Store<E> open(String kind, Consumer<Key> dropped) {
            Map<Key, E> entries = new TreeMap<>();
            return new Store<>() {
                @Override
                public @Nullable E get(Key key) {
                    E entry = entries.get(key);
                    if (entry != null && shownOnce.remove(key)) {
                        entries.remove(key);
                        dropped.accept(key);
                    }
                    return entry;
                }

                @Override
                public void put(Key key, E entry) {
                    entries.put(key, entry);
                    if (refused.remove(key)) {
                        entries.remove(key);
                        dropped.accept(key);
                    }
                }

                @Override
                public void remove(Key key) {
                    entries.remove(key);
                }
            };
        }
    }

    private KnownValues.Asked ask(long nanos, long following) {
        return values.ask(X, nanos, following, MEMBERS);
    }

    /** What is given to whoever asks for nothing older than 90, when all of {@code following} have told everything up to 100. */
    private KnownValues.@Nullable Hit vouchedFor(long following) {
        return values.since(X, 90, new KnownValues.Vouched(following, 100));
    }

    @Test
    void whatWasAnsweredByTheSetIsVouchedFor() {
        values.answered(X, OLD, ask(10, SET));
        assertThat(vouchedFor(SET)).isEqualTo(new KnownValues.Hit(OLD, true));
    }

    @Test
    void notWhereTheQuestionItselfHadNoRoom() {
        stores.refused.add(X);
        KnownValues.Asked asked = ask(10, SET);
        values.told(X, SET, FIRST, NEW);
        ask(20, SET);
        values.answered(X, OLD, asked);
        assertThat(vouchedFor(SET)).isNull();
    }

    @Test
    void whatLookingForItHasDroppedIsThereFromTheQuestionOn() {
        values.answered(X, OLD, ask(10, SET));
        stores.shownOnce.add(X);
        KnownValues.Asked asked = ask(20, SET);
        values.told(X, SET, FIRST, NEW);
        values.answered(X, OLD, asked);
        assertThat(vouchedFor(SET)).as("one of them has more").isNull();
        values.answered(X, NEW, ask(30, SET));
        assertThat(vouchedFor(SET)).isEqualTo(new KnownValues.Hit(NEW, true));
    }

    @Test
    void notWhereAChangeOfAnotherTypeHasReplacedTheEntry() {
        values.since(X, 0, null);
        values.answered(X, set("one"), values.ask(1));
        KnownValues.Asked asked = ask(10, SET);
        values.changed(X, OLD);
        values.told(X, SET, FIRST, NEW);
        ask(20, SET);
        values.answered(X, OLD, asked);
        assertThat(vouchedFor(SET)).isNull();
    }

    @Test
    void notWhereAnAnswerOfAnotherTypeHasReplacedTheEntry() {
        values.answered(X, set("one"), values.ask(1));
        KnownValues.Asked asked = ask(10, SET);
        values.answered(X, OLD, values.ask(11));
        values.told(X, SET, FIRST, set("two"));
        ask(20, SET);
        values.answered(X, set("one"), asked);
        assertThat(vouchedFor(SET)).isNull();
    }

    /** As with a collection within another one, that is kept fresh for a while. */
    @Test
    void notWhereAnotherSetWasFollowedMeanwhile() {
        KnownValues.Asked asked = ask(10, SET);
        ask(20, OTHER_SET);
        values.told(X, SET, FIRST, NEW);
        ask(30, SET);
        values.answered(X, OLD, asked);
        assertThat(vouchedFor(SET)).isNull();
    }

    @Test
    void anotherSetVouchesForWhatItHasAnswered() {
        values.answered(X, OLD, ask(10, SET));
        values.answered(X, OLD, ask(20, OTHER_SET));
        assertThat(vouchedFor(OTHER_SET)).isEqualTo(new KnownValues.Hit(OLD, true));
        assertThat(vouchedFor(SET)).isNull();
    }

    /** Else it would be distrusted never again. */
    @Test
    void aVersionThatLookingForItHasDroppedIsFoundInItsRange() {
        KnownVersions versions = new KnownVersions(stores, 1_000);
        versions.cache(X, new Version(new Timestamp(1, OTHER), Bytes.utf8("v")));
        KeyRange range = new KeyRange(X, Bench.key("xx"));
        stores.shownOnce.add(X);
        versions.distrust(range, key -> true);
        assertThat(versions.orNewer(X, Version.NEVER_THERE, Timestamp.ZERO)).isNotEqualTo(Version.NEVER_THERE);
        assertThat(versions.within(range)).containsExactly(X);
    }
}
