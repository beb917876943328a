package dev.danta.wire.transport;

import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Vote;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.Read;
import dev.danta.occ.Write;
import dev.danta.txn.PrepareBody;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.ServerHello;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminDesk;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast proposals of two reads and two writes of 100 bytes go out and votes come back, without anything behind it.
 * {@code server PORT} and {@code client PORT} are two processes; without arguments both ends share one.
 */
public final class StreamThroughput implements ConnectionListener {
    private static final ReplicaId NODE = new ReplicaId(1);
    private static final ClientId CLIENT = new ClientId(9, 9);
    private static final int WARM_UP = 200_000;

    private final CountDownLatch connected = new CountDownLatch(1);
    private final Semaphore answers = new Semaphore(0);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong frames = new AtomicLong();
    private volatile long refills;
    private volatile ReplicaConnections connections;

    private StreamThroughput() {}

    public static void main(String[] arguments) throws Exception {
        String role = arguments.length == 0 ? "both" : arguments[0];
        HostAndPort address = new HostAndPort("127.0.0.1", arguments.length < 2 ? 0 : Integer.parseInt(arguments[1]));
        if (role.equals("server")) {
            serve(address);
            new CountDownLatch(1).await();
        }
        HostAndPort target = role.equals("both") ? serve(address) : address;
        new StreamThroughput().measure(target);
    }

    private static HostAndPort serve(HostAndPort address) {
        ReplicationServer server = ReplicationServer.start(
                ReplicationServer.Settings.of(address), NODE, () -> 1, new Voter(), AdminDesk.CLOSED);
        server.publish(Topology.firstOf("shop", 1, List.of(new Member(NODE, "127.0.0.1:7400"))));
        return server.address();
    }

    private static final class Voter implements Inbound {
        @Override
        public void onOpened(ClientSession session) {}

        @Override
        public void onEnvelopes(ClientSession from, List<Envelope> batch) {
            from.send(batch.stream().map(Voter::vote).toList());
        }

        private static Envelope vote(Envelope request) {
            Timestamp id = ((IrMessage.Propose) request.message()).id();
            return new Envelope(
                    request.shard(),
                    request.epoch(),
                    new Address.Replica(NODE),
                    new IrMessage.Voted(id, new Vote.Ok(id)));
        }

        @Override
        public void onClosed(ClientSession session) {}

        @Override
        public void onComplaint(String line) {
            System.err.println(line);
        }
    }

    private void measure(HostAndPort target) throws InterruptedException {
        connections = ReplicaConnections.open(
                ReplicaConnections.Settings.of(CLIENT, "shop"), List.of(new Endpoint(target, NODE)), () -> 1, this);
        connected.await();
        for (int inFlight : new int[] {128, 1, 16, 128, 1, 16, 128, 1024}) {
            flood(inFlight, WARM_UP);
        }
        for (int round = 0; round < 3; round++) {
            pingPong();
            for (int inFlight : new int[] {16, 128, 1024}) {
                flood(inFlight, 1_000_000);
            }
        }
        connections.close(Duration.ofSeconds(1));
    }

    /** One thread that waits for each answer, as a caller of a blocking method does. */
    private void pingPong() throws InterruptedException {
        long[] nanos = new long[30_000];
        for (int i = 0; i < nanos.length; i++) {
            long before = System.nanoTime();
            connections.send(NODE, proposal(i + 1));
            connections.flush();
            answers.acquire();
            nanos[i] = System.nanoTime() - before;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "    1 in flight: p50 %d us, p99 %d us%n",
                nanos[nanos.length / 2] / 1000, nanos[nanos.length * 99 / 100] / 1000);
    }

    /** Every answer sets off the next proposal, on the transport thread. */
    private void flood(int inFlight, long count) throws InterruptedException {
        answered.set(0);
        frames.set(0);
        answers.drainPermits();
        long before = System.nanoTime();
        refills = count - inFlight;
        for (int i = 0; i < inFlight; i++) {
            connections.send(NODE, proposal(i + 1));
        }
        connections.flush();
        answers.acquire((int) count);
        long nanos = System.nanoTime() - before;
        refills = 0;
        System.out.printf(
                "%5d in flight: %,d messages/s, mean %d us, %.1f per frame%n",
                inFlight,
                count * 1_000_000_000L / nanos,
                nanos / 1000 * inFlight / count,
                (double) count / frames.get());
    }

    @Override
    public void onEnvelopes(ReplicaId node, List<Envelope> batch) {
        long done = answered.addAndGet(batch.size());
        frames.incrementAndGet();
        long more = Math.min(batch.size(), refills - (done - batch.size()));
        for (int i = 0; i < more; i++) {
            connections.send(NODE, proposal(done + i));
        }
        if (more > 0) {
            connections.flush();
        }
        answers.release(batch.size());
    }

    private static Envelope proposal(long number) {
        Timestamp id = new Timestamp(number, CLIENT);
        Key one = new Key(Bytes.utf8("accounts/" + number % 100_000));
        Key two = new Key(Bytes.utf8("accounts/" + (number + 1) % 100_000 + "b"));
        Bytes value = Bytes.wrap(new byte[100]);
        AccessSet accesses = new AccessSet(
                List.of(new Read(one, id, false), new Read(two, id, false)),
                List.of(new Write(one, value), new Write(two, value)));
        return new Envelope(
                new ShardId(0),
                Epoch.FIRST,
                new Address.Client(CLIENT),
                new IrMessage.Propose(id, new PrepareBody(List.of(new ShardId(0)), accesses)));
    }

    @Override
    public void onConnected(ReplicaId node, ServerHello greeting) {
        connected.countDown();
    }

    @Override
    public void onDisconnected(ReplicaId node, String cause) {
        System.err.println(cause);
    }

    @Override
    public void onUnreachable(Endpoint endpoint, String cause) {
        System.err.println(cause);
    }

    @Override
    public void onPermanentFailure(Endpoint endpoint, String cause) {
        System.err.println(cause);
    }
}
