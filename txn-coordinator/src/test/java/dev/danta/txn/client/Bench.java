package dev.danta.txn.client;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Timer;
import dev.danta.occ.Key;
import dev.danta.occ.Write;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.key.KeyLayout;
import dev.danta.txn.key.ShardMap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One client's machine on a test bench: inputs go in by hand, effects are looked at. */
final class Bench {
    static final ClientId SELF = new ClientId(0, 3);
    static final long SECOND = 1_000_000_000L;

    final TxnClient machine;
    final ShardMap shards;
    private final List<Effect> effects = new ArrayList<>();
    private long nowNanos = SECOND;
    private long calls;

    Bench(int replicas, int shardCount, ClientSettings settings) {
        this(replicas, shardCount, settings, ReadRules.PROTOCOL);
    }

    Bench(int replicas, int shardCount, ClientSettings settings, ReadRules rules) {
        this.shards = new ShardMap(shardCount);
        List<ReplicaId> members =
                IntStream.rangeClosed(1, replicas).mapToObj(ReplicaId::new).toList();
        List<Membership> memberships = IntStream.range(0, shardCount)
                .mapToObj(shard -> new Membership(new ShardId(shard), Epoch.FIRST, members))
                .toList();
        this.machine = new TxnClient(SELF, shards, memberships, settings, rules, QuorumRules.PROTOCOL);
    }

    Bench(int replicas, int shardCount) {
        this(replicas, shardCount, ClientSettings.DEFAULTS);
    }

    Bench connected(int... replicas) {
        for (int replica : replicas) {
            handle(new TxnClient.Input.Connected(new ReplicaId(replica)));
        }
        effects.clear();
        return this;
    }

    List<Effect> handle(TxnClient.Input input) {
        List<Effect> now = machine.handle(input, new Moment(nowNanos, TinyCluster.START_MICROS + nowNanos / 1_000));
        effects.addAll(now);
        return now;
    }

    void pass(long nanos) {
        nowNanos += nanos;
    }

    long call(ClientCall what) {
        return call(what, 10 * SECOND);
    }

    long call(ClientCall what, long deadlineNanos) {
        long number = calls++;
        handle(new TxnClient.Input.Called(number, what, deadlineNanos));
        return number;
    }

    List<Effect> reply(int shard, int replica, IrMessage.Reply reply) {
        return reply(shard, replica, Epoch.FIRST, reply);
    }

    List<Effect> reply(int shard, int replica, Epoch epoch, IrMessage.Reply reply) {
        Address from = new Address.Replica(new ReplicaId(replica));
        return handle(new TxnClient.Input.Received(new Envelope(new ShardId(shard), epoch, from, reply)));
    }

    List<Effect> fire(Timer timer) {
        return handle(new TxnClient.Input.TimerFired(timer));
    }

    /** All answers told so far. */
    List<Finished> answers() {
        return told(effects);
    }

    static List<Finished> told(List<Effect> effects) {
        return effects.stream()
                .filter(effect -> effect instanceof Effect.Tell tell && tell.report() instanceof Finished)
                .map(effect -> (Finished) ((Effect.Tell) effect).report())
                .toList();
    }

    /** The requests of type {@code kind} sent so far, the latest last. */
    <R extends IrMessage> List<R> sent(Class<R> kind) {
        return sent(effects, kind);
    }

    static <R extends IrMessage> List<R> sent(List<Effect> effects, Class<R> kind) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** The question that was put to {@code replica} last of those with a query of type {@code kind}. */
    IrMessage.Ask asked(int replica, Class<? extends ReadQuery> kind) {
        Address to = new Address.Replica(new ReplicaId(replica));
        return effects.stream()
                .filter(effect ->
                        effect instanceof Effect.Send send && send.to().equals(to))
                .map(effect -> ((Effect.Send) effect).envelope().message())
                .filter(message -> message instanceof IrMessage.Ask ask && kind.isInstance(ask.query()))
                .map(IrMessage.Ask.class::cast)
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** The question that was put to {@code shard} last. */
    IrMessage.Ask asked(int shard) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .map(effect -> ((Effect.Send) effect).envelope())
                .filter(envelope -> envelope.shard().number() == shard && envelope.message() instanceof IrMessage.Ask)
                .map(envelope -> (IrMessage.Ask) envelope.message())
                .reduce((earlier, later) -> later)
                .orElseThrow();
    }

    /** The timers of type {@code kind} armed so far. */
    <T extends Timer> List<T> armed(Class<T> kind) {
        return effects.stream()
                .filter(Effect.Arm.class::isInstance)
                .map(effect -> ((Effect.Arm) effect).timer())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    static Key key(String name) {
        return KeyLayout.key("space", "things", List.of(name));
    }

    /** A key that lives on {@code shard}. */
    Key keyOn(int shard) {
        for (int i = 0; ; i++) {
            Key key = key("k" + i);
            if (shards.shardOf(key).number() == shard) {
                return key;
            }
        }
    }

    static ClientCall.Commit write(Key key, String value) {
        return new ClientCall.Commit(List.of(), List.of(new Write(key, Bytes.utf8(value))));
    }
}
