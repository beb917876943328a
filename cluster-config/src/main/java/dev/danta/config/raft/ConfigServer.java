package dev.danta.config.raft;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.SnapshotManagementRequest;
import org.apache.ratis.rpc.CallId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.util.ExitUtils;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;
import org.jspecify.annotations.Nullable;

/**
 * One opening of a node's Raft server. Used by one thread, but for {@link #isLeader}, {@link #isSilentFor}, {@link #voters}
 * and {@link #know}.
 */
final class ConfigServer implements AutoCloseable {
    private static final int SNAPSHOTS_KEPT = 2;
    private static final String PREALLOCATED = "16KB";
    private static final String ENTRY_BYTES_MAX = "2MB";
    /** An entry and some. */
    private static final String BUFFER_BYTES = "2049KB";

    private static final long SNAPSHOT_TIMEOUT_MILLIS = 10_000;

    private final RaftServer server;
    private final RaftGroupId group;
    private final ConfigStateMachine machine;
    private final Duration stuckAfter;
    private long appliedSeen = -1;
    private long flushedSeen = -1;
    private long movedAtNanos = System.nanoTime();
    private long committedSeen = -1;
    private volatile long agreedAtNanos = System.nanoTime();

    private ConfigServer(RaftServer server, RaftGroupId group, ConfigStateMachine machine, Duration stuckAfter) {
        this.server = server;
        this.group = group;
        this.machine = machine;
        this.stuckAfter = stuckAfter;
    }

    /**
     * What a server is opened with.
     *
     * @param folder of this generation's log
     * @param first the voters that a new group begins with; none for a server that joins: it must not take itself for a
     *     voter, the leader makes it one
     * @param known where other nodes are by now, whatever the log says
     */
    record Opening(
            ConfigSelf self,
            RaftPeerId id,
            RaftGroupId group,
            Path folder,
            List<RaftPeer> first,
            List<RaftPeer> known) {}

    /**
     * Opens and starts a server, on what is in its folder.
     *
     * @throws IOException with a sentence, if the address is taken or the folder cannot be used
     */
    static ConfigServer open(Opening opening, ConfigStateMachine machine, RaftSettings settings) throws IOException {
        requireFree(opening.self());
        Files.createDirectories(opening.folder());
        // Ratis would end the process where an exception is enough.
        ExitUtils.disableSystemExit();
        RaftServer server = RaftServer.newBuilder()
                .setServerId(opening.id())
                .setGroup(RaftGroup.valueOf(opening.group(), opening.first()))
                .setOption(RaftStorage.StartupOption.RECOVER)
                .setStateMachine(machine)
                .setProperties(properties(opening, settings))
                .build();
        ConfigServer opened = new ConfigServer(server, opening.group(), machine, settings.stuckAfter());
        try {
            opened.know(opening.known());
            server.start();
        } catch (IOException | RuntimeException failed) {
            opened.close();
            throw new IOException("the configuration's server could not be started: " + failed.getMessage(), failed);
        }
        return opened;
    }

    /** Says where other nodes are, whatever the log says: Ratis keeps the first address that it hears of. For any thread. */
    void know(List<RaftPeer> peers) {
        server.getServerRpc()
                .addRaftPeers(peers.stream()
                        .filter(peer -> !peer.getId().equals(server.getId()))
                        .toList());
    }

    /** Ratis says so only when it has already given up. */
    private static void requireFree(ConfigSelf self) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(self.host(), self.port()));
        } catch (IOException taken) {
            throw new IOException(
                    self.host() + ":" + self.port()
                            + ", where the configuration's server is to listen, cannot be used: " + taken.getMessage(),
                    taken);
        }
    }

    private static TimeDuration time(Duration duration) {
        return TimeDuration.valueOf(duration.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static RaftProperties properties(Opening opening, RaftSettings settings) {
        RaftProperties properties = new RaftProperties();
        RaftServerConfigKeys.setStorageDir(properties, List.of(opening.folder().toFile()));
        RaftServerConfigKeys.setRemovedGroupsDir(
                properties, opening.folder().resolveSibling("removed").toFile());
        GrpcConfigKeys.Server.setHost(properties, opening.self().host());
        GrpcConfigKeys.Server.setPort(properties, opening.self().port());

        RaftServerConfigKeys.Rpc.setTimeoutMin(properties, time(settings.electionMin()));
        RaftServerConfigKeys.Rpc.setTimeoutMax(properties, time(settings.electionMax()));
        // Votes are asked for in advance, so that a server that starts early disturbs no leader.
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(
                properties, time(settings.electionMin().dividedBy(8)));
        RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(
                properties, time(settings.electionMin().dividedBy(4)));
        RaftServerConfigKeys.Rpc.setRequestTimeout(properties, time(settings.requestTimeout()));
        RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
                properties, time(settings.electionMax().multipliedBy(2)));

        RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
        RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(properties, settings.snapshotEntries());
        RaftServerConfigKeys.Snapshot.setRetentionFileNum(properties, SNAPSHOTS_KEPT);
        RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
        RaftServerConfigKeys.Log.setPurgeGap(properties, 1);
        RaftServerConfigKeys.Log.setSegmentSizeMax(properties, SizeInBytes.valueOf(settings.segmentBytes()));
        RaftServerConfigKeys.Log.setPreallocatedSize(properties, SizeInBytes.valueOf(PREALLOCATED));
        RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, SizeInBytes.valueOf(ENTRY_BYTES_MAX));
        RaftServerConfigKeys.Log.setWriteBufferSize(properties, SizeInBytes.valueOf(BUFFER_BYTES));
        return properties;
    }

    RaftGroupId group() {
        return group;
    }

    RaftServer.@Nullable Division division() {
        try {
            return server.getDivision(group);
        } catch (IOException none) {
            return null;
        }
    }

    /** Whether it leads, and has applied everything that earlier leaders have agreed. */
    boolean isLeader() {
        RaftServer.Division division = division();
        return division != null
                && division.getInfo().isLeader()
                && division.getInfo().isLeaderReady();
    }

    /** Who votes, as far as it knows. */
    List<RaftPeer> voters() {
        RaftServer.Division division = division();
        return division == null ? List.of() : List.copyOf(division.getRaftConf().getCurrentPeers());
    }

    /** Whether it votes itself, as far as it knows. */
    boolean isVoter() {
        return voters().stream().anyMatch(peer -> peer.getId().equals(server.getId()));
    }

    /**
     * What is wrong with it, so that it should be opened again; looked at again and again. It is wedged if it has something
     * to write or to apply and does not get on.
     */
    Optional<String> ailment() {
        RaftServer.Division division = division();
        if (server.getLifeCycleState() != LifeCycle.State.RUNNING || division == null) {
            return Optional.of("it has closed");
        }
        LifeCycle.State state = division.getInfo().getLifeCycleState();
        if (state.isClosingOrClosed() || state == LifeCycle.State.EXCEPTION) {
            return Optional.of("it is " + state);
        }
        Throwable failure = machine.logFailure();
        if (failure != null) {
            return Optional.of("its log could not be written: " + failure.getMessage());
        }
        Optional<String> alone = aloneness(division);
        if (alone.isPresent()) {
            return alone;
        }
        long applied = machine.getLastAppliedTermIndex().getIndex();
        long flushed = division.getRaftLog().getFlushIndex();
        boolean isBehind = applied < division.getRaftLog().getLastCommittedIndex()
                || flushed < division.getRaftLog().getNextIndex() - 1;
        if (!isBehind || applied != appliedSeen || flushed != flushedSeen) {
            appliedSeen = applied;
            flushedSeen = flushed;
            movedAtNanos = System.nanoTime();
            return Optional.empty();
        }
        return System.nanoTime() - movedAtNanos > stuckAfter.toNanos()
                ? Optional.of("it has applied nothing after " + applied + " for " + stuckAfter.toSeconds() + " s")
                : Optional.empty();
    }

    /**
     * Ratis looks whether a leader still has followers only when nothing else has happened for a while; one that is asked
     * again and again goes on to lead nobody, and to take requests that will never be agreed.
     */
    private Optional<String> aloneness(RaftServer.Division division) {
        long committed = division.getRaftLog().getLastCommittedIndex();
        boolean isWaiting = division.getInfo().isLeader()
                && committed < division.getRaftLog().getNextIndex() - 1;
        if (!isWaiting || committed != committedSeen) {
            committedSeen = committed;
            agreedAtNanos = System.nanoTime();
            return Optional.empty();
        }
        return isSilentFor(stuckAfter)
                ? Optional.of("nothing that it was asked has been agreed for " + stuckAfter.toSeconds() + " s")
                : Optional.empty();
    }

    /** Whether something was to be agreed for as long as this, and nothing was. As of the last look. */
    boolean isSilentFor(Duration time) {
        return System.nanoTime() - agreedAtNanos > time.toNanos();
    }

    /**
     * Writes the state down and shortens the log, if anything was applied since the last time.
     *
     * @return ends when that is done, or has failed: then the next time will do
     */
    CompletableFuture<?> takeSnapshot() throws IOException {
        return server.snapshotManagementAsync(SnapshotManagementRequest.newCreate(
                ClientId.randomId(), server.getId(), group, CallId.getAndIncrement(), SNAPSHOT_TIMEOUT_MILLIS, 1));
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
