package dev.danta.txn.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a transaction costs in messages, until the application is told. */
final class RoundTripsTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Key X = Bench.key("x");

    private final List<CallOutcome> answers = new ArrayList<>();

    /** Messages of each kind that were handed over until {@code client} had an answer to {@code what}. */
    private Map<String, Integer> costOf(TinyCluster cluster, TinyCluster.ClientProcess client, ClientCall what) {
        Map<String, Integer> counts = new TreeMap<>();
        int[] before = {cluster.bag().size()};
        assertThat(before[0]).as("nothing else is under way").isZero();
        long call = client.call(what, 60 * SECOND);
        count(cluster.bag(), counts);
        while (client.answerOrNull(call) == null) {
            List<TinyCluster.Parcel> underWay = cluster.bag();
            assertThat(cluster.event()).isTrue();
            List<TinyCluster.Parcel> later = new ArrayList<>(cluster.bag());
            underWay.forEach(later::remove);
            if (client.answerOrNull(call) == null) {
                count(later, counts);
            }
        }
        answers.add(client.answer(call));
        cluster.runUntilQuiet();
        return counts;
    }

    private static void count(List<TinyCluster.Parcel> parcels, Map<String, Integer> counts) {
        for (TinyCluster.Parcel parcel : parcels) {
            counts.merge(parcel.envelope().message().getClass().getSimpleName(), 1, Integer::sum);
        }
    }

    private CallOutcome last() {
        return answers.get(answers.size() - 1);
    }

    private static ClientCall.Commit writing(Version seen, String value) {
        return new ClientCall.Commit(List.of(Read.of(X, seen)), List.of(new Write(X, Bytes.utf8(value))));
    }

    /** n Prepare, n votes, and the application knows: no read, no second round, and the outcome is spread behind it. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void aRememberedKeyOfOneShardIsChangedInOneRoundTrip(int n) {
        TinyCluster cluster = new TinyCluster(5, n, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        costOf(cluster, client, writing(Version.NEVER_THERE, "one"));

        Map<String, Integer> read = costOf(cluster, client, new ClientCall.ReadVersions(List.of(X), true));
        CallOutcome.Versions found = (CallOutcome.Versions) last();
        assertThat(read).isEmpty();
        assertThat(found.cached()).isOne();
        Map<String, Integer> commit =
                costOf(cluster, client, writing(found.versions().get(0), "two"));
        assertThat(commit).isEqualTo(Map.of("Propose", n, "Voted", n));
        assertThat(((CallOutcome.Committed) last()).path()).isEqualTo(dev.danta.txn.coordinator.Outcome.Path.FAST);
    }

    /** It is refused once, and what refuses it tells what is newest: the next attempt asks nobody. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 5})
    void whoeverHasReadSomethingOldTriesAgainWithoutReading(int n) {
        TinyCluster cluster = new TinyCluster(5, n, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        TinyCluster.ClientProcess other = cluster.client(2);
        costOf(cluster, client, writing(Version.NEVER_THERE, "one"));
        costOf(cluster, other, new ClientCall.ReadVersions(List.of(X)));
        costOf(
                cluster,
                other,
                writing(((CallOutcome.Versions) last()).versions().get(0), "two"));

        assertThat(costOf(cluster, client, new ClientCall.ReadVersions(List.of(X), true)))
                .isEmpty();
        Map<String, Integer> refused = costOf(
                cluster,
                client,
                writing(((CallOutcome.Versions) last()).versions().get(0), "three"));
        assertThat(refused.get("Propose")).isEqualTo(n);
        assertThat(refused.get("Voted")).isBetween(n / 2 + 1, n);
        assertThat(refused).containsOnlyKeys("Propose", "Voted");
        CallOutcome.Aborted aborted = (CallOutcome.Aborted) last();
        assertThat(aborted.newest()).extracting(Verdict.Newest::key).containsExactly(X);

        Map<String, Integer> again =
                costOf(cluster, client, writing(aborted.newest().get(0).version(), "three"));
        assertThat(again).isEqualTo(Map.of("Propose", n, "Voted", n));
        assertThat(last()).isInstanceOf(CallOutcome.Committed.class);
    }

    /** What a refusal told is fought for: it is a floor, and whoever comes next asks. */
    @ParameterizedTest
    @ValueSource(ints = {3})
    void whatARefusalToldIsAskedForByTheNextTransaction(int n) {
        TinyCluster cluster = new TinyCluster(5, n, 1);
        TinyCluster.ClientProcess client = cluster.client(1);
        TinyCluster.ClientProcess other = cluster.client(2);
        costOf(cluster, other, writing(Version.NEVER_THERE, "one"));
        costOf(cluster, client, writing(Version.NEVER_THERE, "two"));
        assertThat(last()).isInstanceOf(CallOutcome.Aborted.class);

        ClientCall read = new ClientCall.ReadVersions(List.of(X), true);
        assertThat(costOf(cluster, client, read)).isEqualTo(Map.of("Ask", 1, "Answered", 1));
        assertThat(costOf(cluster, client, read)).isEmpty();
    }
}
