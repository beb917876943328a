package dev.danta.wire.transport;

import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.ServerHello;
import dev.danta.wire.proto.MessageProto;
import io.grpc.Status;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** The way to one endpoint: one {@link Attempt} after the other, each with a channel and a stream of its own. */
final class Link {
    private static final int DOUBLINGS_MAX = 20;

    private final Endpoint endpoint;
    private final ReplicaConnections all;
    private volatile @Nullable Attempt current;
    private volatile @Nullable ReplicaId node;
    private volatile String cause = "";
    private volatile boolean forgotten;
    private volatile boolean left;
    private volatile @Nullable Future<?> pause;
    private int attempts;
    private int failuresInARow;
    private long droppedBefore;

    Link(Endpoint endpoint, ReplicaConnections all) {
        this.endpoint = endpoint;
        this.all = all;
        this.node = endpoint.node();
    }

    Endpoint endpoint() {
        return endpoint;
    }

    boolean isSeed() {
        return endpoint.node() == null;
    }

    /** Until its next attempt; null if there was none yet. */
    @Nullable
    Future<?> pause() {
        return pause;
    }

    void pause(Future<?> next) {
        pause = next;
    }

    /** What it leads to has left the cluster: no further attempt begins. */
    void markLeft() {
        left = true;
    }

    /** Ends for good, once it is {@linkplain #markLeft marked}. */
    void leave() {
        Attempt attempt = started();
        if (attempt == null) {
            all.forget(this);
        } else {
            attempt.finish();
        }
    }

    /** Whether this is a way to {@code address} that is still wanted. */
    boolean goesTo(HostAndPort address) {
        return !left && endpoint.address().equals(address);
    }

    /** Looks the address up, which may block, and tries to connect to it. Never twice at a time. */
    void connect() {
        if (left) {
            return;
        }
        HostAndPort address = endpoint.address();
        InetAddress[] found;
        try {
            found = InetAddress.getAllByName(address.host());
        } catch (UnknownHostException unknown) {
            onEnded(null, new Attempt.End("unknown host", false, null, false));
            return;
        }
        // A name may stand for several addresses, of which some lead nowhere: the next attempt takes the next.
        InetAddress next = found[Math.floorMod(attempts++, found.length)];
        start(new InetSocketAddress(next, address.port()));
    }

    /** Nobody ends an attempt before it has started: both take this lock. */
    private synchronized void start(InetSocketAddress address) {
        if (left) {
            return;
        }
        Attempt attempt = new Attempt(address, this, all);
        current = attempt;
        attempt.start();
    }

    private synchronized @Nullable Attempt started() {
        return current;
    }

    boolean leadsTo(Endpoint other) {
        return goesTo(other.address())
                || (!left && other.node() != null && other.node().equals(node));
    }

    boolean offer(MessageProto.Envelope envelope) {
        Attempt attempt = current;
        return attempt != null && attempt.offer(envelope);
    }

    void pump() {
        Attempt attempt = current;
        if (attempt != null) {
            attempt.pump();
        }
    }

    void onTick() {
        Attempt attempt = started();
        if (attempt != null) {
            attempt.onTick();
        }
    }

    void finish() {
        Attempt attempt = started();
        if (attempt != null) {
            attempt.finish();
        }
    }

    void cut() {
        Attempt attempt = started();
        if (attempt != null) {
            attempt.cut();
        }
    }

    boolean isOpen() {
        return current != null;
    }

    synchronized long dropped() {
        Attempt attempt = current;
        return droppedBefore + (attempt == null ? 0 : attempt.dropped());
    }

    LinkStatus status() {
        Attempt attempt = current;
        boolean connected = attempt != null && attempt.isGreeted();
        return new LinkStatus(endpoint, node, connected, connected ? "" : cause);
    }

    /** Why {@code greeting} will not do, without its subject; null if it will. */
    @Nullable
    String objectionTo(ServerHello greeting) {
        String objection = all.objectionTo(greeting.topology());
        if (objection != null) {
            return objection;
        }
        if (endpoint.node() != null && !endpoint.node().equals(greeting.node())) {
            return "is node " + greeting.node() + ", not " + endpoint.node();
        }
        return null;
    }

    /** False if another link leads to that node already: then this one is not needed. */
    boolean onGreeted(ServerHello greeting) {
        if (!all.register(greeting.node(), this)) {
            forgotten = true;
            all.forget(this);
            return false;
        }
        node = greeting.node();
        cause = "";
        all.listener().onConnected(greeting.node(), greeting);
        return true;
    }

    /** The last that is heard of an attempt; {@code attempt} is null if it did not even begin. */
    void onEnded(@Nullable Attempt attempt, Attempt.End end) {
        ReplicaId lost = end.greetedNode();
        if (lost != null) {
            all.unregister(lost, this);
        }
        synchronized (this) {
            droppedBefore += attempt == null ? 0 : attempt.dropped();
            current = null;
            failuresInARow = end.lasted() ? 0 : Math.min(failuresInARow + 1, DOUBLINGS_MAX);
        }
        if (left) {
            tellLeft(lost);
            all.forget(this);
        } else if (!forgotten) {
            tell(end, lost);
            retry(end);
        }
        if (lost != null) {
            all.onLost();
        }
        all.onEnded();
    }

    private void tellLeft(@Nullable ReplicaId lost) {
        if (lost != null) {
            all.listener().onDisconnected(lost, endpoint.address() + ": is not a node of the cluster any more");
        }
    }

    private void tell(Attempt.End end, @Nullable ReplicaId lost) {
        String line = endpoint.address() + ": " + end.cause();
        cause = line;
        if (lost != null) {
            all.listener().onDisconnected(lost, line);
        }
        if (end.permanent()) {
            all.listener().onPermanentFailure(endpoint, line);
        } else if (lost == null) {
            all.listener().onUnreachable(endpoint, line);
        }
    }

    private void retry(Attempt.End end) {
        ReplicaConnections.Settings settings = all.settings();
        if (end.permanent() || (isSeed() && !all.isUrgent(node))) {
            Duration seldom = settings.retrySeldom();
            all.retry(this, seldom.dividedBy(2), seldom);
            return;
        }
        int doublings = Math.max(0, failuresInARow - 1);
        Duration doubled = settings.retryMin().multipliedBy(1L << doublings);
        Duration bound = doubled.compareTo(settings.retryMax()) > 0 ? settings.retryMax() : doubled;
        all.retry(this, Duration.ZERO, bound);
    }

    static boolean isPermanent(Status status) {
        return switch (status.getCode()) {
            case FAILED_PRECONDITION, UNIMPLEMENTED, INVALID_ARGUMENT -> true;
            default -> false;
        };
    }
}
