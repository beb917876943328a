package dev.danta.config.raft;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.codec.RequestCodec;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.ratis.client.RaftClient;
import org.apache.ratis.client.RaftClientConfigKeys;
import org.apache.ratis.client.retry.ClientRetryEvent;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.exceptions.AlreadyClosedException;
import org.apache.ratis.protocol.exceptions.GroupMismatchException;
import org.apache.ratis.retry.RetryPolicy;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.thirdparty.io.grpc.StatusRuntimeException;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * Asks the group, from any node. One attempt goes to whoever is thought to lead, and a refusal says who does; while there is
 * no answer the same request is sent again, under the same number, so that the group knows it again (Ratis keeps the answers
 * of the last minute). Any number of threads may use it; all methods wait, but never much beyond their deadlines.
 */
final class ConfigClient implements AutoCloseable {
    /** Below the time for which the group knows a request again: after that it is a new one. */
    private static final long SAME_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(40);

    private static final long PAUSE_MILLIS = 100;
    private static final int ADMIN_ATTEMPTS_MAX = 5;

    private final RaftGroupId group;
    private final List<RaftPeer> peers;
    private final RaftSettings settings;
    private final Object rotating = new Object();
    private volatile RaftClient client;
    private volatile boolean closed;

    /** A request that knows until when somebody waits for its answer. */
    private record Timed(ByteString content, long untilNanos) implements Message {
        @Override
        public ByteString getContent() {
            return content;
        }
    }

    /**
     * A client of this group.
     *
     * @param peers every node that may lead, at least one
     * @param first who is asked first, if it is one of them
     */
    ConfigClient(RaftGroupId group, List<RaftPeer> peers, @Nullable RaftPeerId first, RaftSettings settings) {
        this.group = group;
        this.peers = List.copyOf(peers);
        this.settings = settings;
        this.client = connect(this.peers.stream()
                .map(RaftPeer::getId)
                .filter(peer -> peer.equals(first))
                .findFirst()
                .orElse(this.peers.get(0).getId()));
    }

    List<RaftPeer> peers() {
        return peers;
    }

    RaftGroupId group() {
        return group;
    }

    private RaftClient connect(RaftPeerId first) {
        RaftProperties properties = new RaftProperties();
        RaftClientConfigKeys.Rpc.setRequestTimeout(
                properties, TimeDuration.valueOf(settings.requestTimeout().toMillis(), TimeUnit.MILLISECONDS));
        return RaftClient.newBuilder()
                .setRaftGroup(RaftGroup.valueOf(group, peers))
                .setLeaderId(first)
                .setProperties(properties)
                .setRetryPolicy(ConfigClient::again)
                .build();
    }

    private static RetryPolicy.Action again(RetryPolicy.Event event) {
        boolean isInTime;
        if (event instanceof ClientRetryEvent retry && retry.getRequest().getMessage() instanceof Timed timed) {
            isInTime = System.nanoTime() - timed.untilNanos() < 0;
        } else {
            isInTime = event.getAttemptCount() < ADMIN_ATTEMPTS_MAX;
        }
        return isInTime ? () -> TimeDuration.valueOf(PAUSE_MILLIS, TimeUnit.MILLISECONDS) : RetryPolicy.NO_RETRY_ACTION;
    }

    /** Has a request take effect. */
    ClusterAnswer ask(ClusterRequest request, long deadlineNanos) throws IOException {
        ByteString content = UnsafeByteOperations.unsafeWrap(RequestCodec.encode(request));
        RaftClientReply reply = repeatedly(deadlineNanos, until -> client.io().send(new Timed(content, until)));
        try {
            return ConfigCodec.decodeAnswer(reply.getMessage().getContent().toByteArray(), request);
        } catch (MalformedConfigException malformed) {
            throw new IOException("the configuration's answer cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    /** Who votes; and the configuration, if the leader's is newer than this version. */
    Gossip gossip(long version, long deadlineNanos) throws IOException {
        ByteString content = UnsafeByteOperations.unsafeWrap(
                ByteBuffer.allocate(Long.BYTES).putLong(version).array());
        RaftClientReply reply = repeatedly(deadlineNanos, until -> client.io().sendReadOnly(new Timed(content, until)));
        try {
            return Gossip.decode(reply.getMessage().getContent().toByteArray());
        } catch (MalformedConfigException malformed) {
            throw new IOException("the configuration cannot be read: " + malformed.getMessage(), malformed);
        }
    }

    /** Who is thought to lead. */
    RaftPeerId leader() {
        return client.getLeaderId();
    }

    @FunctionalInterface
    private interface Attempt {
        RaftClientReply run(long untilNanos) throws IOException;
    }

    /** Until there is an answer, or the deadline has passed, or this is closed. */
    private RaftClientReply repeatedly(long deadlineNanos, Attempt attempt) throws IOException {
        while (true) {
            long until = Math.min(deadlineNanos, System.nanoTime() + SAME_REQUEST_NANOS);
            RaftClient used = client;
            try {
                return checked(attempt.run(until));
            } catch (GroupMismatchException | AlreadyClosedException elsewhere) {
                // Another cluster's server, or one that has just closed: somebody else may lead.
                if (closed || System.nanoTime() - deadlineNanos >= 0) {
                    throw elsewhere;
                }
                rotate(used);
            } catch (InterruptedIOException stopped) {
                throw stopped;
            } catch (IOException failed) {
                if (closed || System.nanoTime() - deadlineNanos >= 0) {
                    throw failed;
                }
            } catch (StatusRuntimeException failed) {
                if (closed || System.nanoTime() - deadlineNanos >= 0) {
                    throw new IOException(failed.getMessage(), failed);
                }
            }
            pause();
        }
    }

    private static RaftClientReply checked(RaftClientReply reply) throws IOException {
        if (!reply.isSuccess()) {
            Exception cause = reply.getException();
            throw new IOException("the group refused: " + (cause == null ? reply : cause.getMessage()), cause);
        }
        return reply;
    }

    private static void pause() throws InterruptedIOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while asking the configuration");
        }
    }

    /** Begins anew with the next node, unless somebody else has done so. */
    private void rotate(RaftClient failed) throws IOException {
        synchronized (rotating) {
            if (closed || client != failed) {
                return;
            }
            int now = 0;
            for (int i = 0; i < peers.size(); i++) {
                if (peers.get(i).getId().equals(failed.getLeaderId())) {
                    now = i;
                }
            }
            client = connect(peers.get((now + 1) % peers.size()).getId());
        }
        failed.close();
    }

    /** Who votes from now on; at most one of them did not before, or one that did is missing. */
    void setVoters(List<RaftPeer> voters) throws IOException {
        checked(client.admin().setConfiguration(voters));
    }

    void transferLeadership(RaftPeerId to, Duration timeout) throws IOException {
        checked(client.admin().transferLeadership(to, timeout.toMillis()));
    }

    /** Whether this node's server is there, and one of this group's. */
    boolean isUp(RaftPeer peer) {
        try {
            return client.getGroupManagementApi(peer.getId())
                    .list()
                    .getGroupIds()
                    .contains(group);
        } catch (IOException | StatusRuntimeException away) {
            return false;
        }
    }

    /** For messages: where the group was looked for. */
    String places() {
        return peers.stream()
                .map(peer -> peer.getId() + " at " + peer.getAddress())
                .collect(Collectors.joining(", "));
    }

    @Override
    public void close() throws IOException {
        RaftClient last;
        synchronized (rotating) {
            closed = true;
            last = client;
        }
        last.close();
    }
}
