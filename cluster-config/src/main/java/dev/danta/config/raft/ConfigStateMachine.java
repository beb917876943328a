package dev.danta.config.raft;

import dev.danta.config.codec.ConfigCodec;
import dev.danta.config.codec.MalformedConfigException;
import dev.danta.config.codec.RequestCodec;
import dev.danta.config.state.ClusterAnswer;
import dev.danta.config.state.ClusterRequest;
import dev.danta.config.state.ClusterState;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.ratis.io.MD5Hash;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.raftlog.RaftLog;
import org.apache.ratis.server.storage.FileInfo;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.statemachine.impl.BaseStateMachine;
import org.apache.ratis.statemachine.impl.SimpleStateMachineStorage;
import org.apache.ratis.statemachine.impl.SingleFileSnapshotInfo;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.util.LifeCycle;
import org.apache.ratis.util.MD5FileUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies requests in the order of Raft's log. Its state is a {@link ClusterState}, and a snapshot is that state's encoding.
 * Ratis calls it on one thread at a time, but for questions.
 */
final class ConfigStateMachine extends BaseStateMachine {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigStateMachine.class);

    private final SimpleStateMachineStorage storage = new SimpleStateMachineStorage();
    private final Applying applying;
    private final Consumer<ClusterState> heard;
    private final Supplier<List<Integer>> voters;
    private volatile ClusterState state = ClusterState.NONE;
    private volatile @Nullable Throwable logFailure;

    /** What makes an answer of a state and a request. */
    @FunctionalInterface
    interface Applying {
        ClusterAnswer take(ClusterState state, ClusterRequest request);
    }

    /**
     * One with nothing in it yet.
     *
     * @param voters who votes, by node numbers
     * @param heard told of every configuration that it comes to; must not wait
     */
    ConfigStateMachine(Applying applying, Supplier<List<Integer>> voters, Consumer<ClusterState> heard) {
        this.applying = applying;
        this.voters = voters;
        this.heard = heard;
    }

    @Override
    public void initialize(RaftServer server, RaftGroupId groupId, RaftStorage raftStorage) throws IOException {
        getLifeCycle().startAndTransition(() -> {
            super.initialize(server, groupId, raftStorage);
            storage.init(raftStorage);
            load(storage.loadLatestSnapshot());
        });
    }

    @Override
    public void pause() {
        if (getLifeCycleState() == LifeCycle.State.RUNNING) {
            getLifeCycle().transition(LifeCycle.State.PAUSING);
            getLifeCycle().transition(LifeCycle.State.PAUSED);
        }
    }

    /** A snapshot has come from the leader, because the entries that this server lacks are gone there. */
    @Override
    public void reinitialize() throws IOException {
        getLifeCycle().startAndTransition(() -> load(storage.loadLatestSnapshot()));
    }

    private void load(@Nullable SingleFileSnapshotInfo snapshot) throws IOException {
        if (snapshot == null) {
            state = ClusterState.NONE;
            setLastAppliedTermIndex(TermIndex.INITIAL_VALUE);
            return;
        }
        File file = snapshot.getFile().getPath().toFile();
        MD5Hash sum = snapshot.getFile().getFileDigest();
        if (sum != null) {
            MD5FileUtil.verifySavedMD5(file, sum);
        }
        try {
            state = ConfigCodec.decodeState(Files.readAllBytes(file.toPath()));
        } catch (MalformedConfigException malformed) {
            throw new IOException("the snapshot " + file + " cannot be read: " + malformed.getMessage(), malformed);
        }
        setLastAppliedTermIndex(snapshot.getTermIndex());
        heard.accept(state);
    }

    @Override
    public long takeSnapshot() throws IOException {
        TermIndex last = getLastAppliedTermIndex();
        if (last == null || last.getIndex() < 0) {
            return RaftLog.INVALID_LOG_INDEX;
        }
        File file = storage.getSnapshotFile(last.getTerm(), last.getIndex());
        AtomicFile.write(file.toPath(), ConfigCodec.encode(state));
        MD5Hash sum = MD5FileUtil.computeAndSaveMd5ForFile(file);
        storage.updateLatestSnapshot(
                new SingleFileSnapshotInfo(new FileInfo(file.toPath(), sum), last.getTerm(), last.getIndex()));
        return last.getIndex();
    }

    @Override
    public StateMachineStorage getStateMachineStorage() {
        return storage;
    }

    @Override
    public CompletableFuture<Message> applyTransaction(TransactionContext transaction) {
        LogEntryProto entry = transaction.getLogEntry();
        ClusterAnswer answer =
                answer(entry.getStateMachineLogEntry().getLogData().toByteArray());
        state = answer.state();
        updateLastAppliedTermIndex(entry.getTerm(), entry.getIndex());
        heard.accept(answer.state());
        return CompletableFuture.completedFuture(message(ConfigCodec.encode(answer)));
    }

    private ClusterAnswer answer(byte[] encoded) {
        ClusterRequest request;
        try {
            request = RequestCodec.decode(encoded);
        } catch (MalformedConfigException malformed) {
            return new ClusterAnswer(new ClusterRequest.Read(), state, false, malformed.toString());
        }
        return applying.take(state, request);
    }

    /** Who votes; and the configuration, if it is newer than the version that is asked with. */
    @Override
    public CompletableFuture<Message> query(Message request) {
        ByteString asked = request.getContent();
        ClusterState now = state;
        long version = asked.size() == Long.BYTES ? asked.asReadOnlyByteBuffer().getLong() : -1;
        return CompletableFuture.completedFuture(
                message(new Gossip(voters.get(), now.version() > version ? now : null).encode()));
    }

    private static Message message(byte[] bytes) {
        return Message.valueOf(UnsafeByteOperations.unsafeWrap(bytes));
    }

    /** After this Ratis fails every write, although its server seems to run. */
    @Override
    public void notifyLogFailed(Throwable cause, @Nullable LogEntryProto failedEntry) {
        LOG.warn("the configuration's log could not be written: {}", cause.toString());
        logFailure = cause;
    }

    /** Why the log cannot be written any more, or null. */
    @Nullable
    Throwable logFailure() {
        return logFailure;
    }

    @Override
    public void close() {
        getLifeCycle().checkStateAndClose();
    }
}
