package dev.danta.ir.client;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.quorum.QuorumRules;
import java.util.List;
import java.util.stream.IntStream;

/** Names shared by the tests of one operation on one shard. */
final class Fixture {
    static final ShardId SHARD = new ShardId(0);
    static final ClientId OWNER = new ClientId(0, 7);
    static final Timestamp ID = new Timestamp(100, OWNER);
    static final Timestamp OTHER_ID = new Timestamp(101, OWNER);
    static final Body BODY = new OpaqueBody("writes x");
    static final Ballot OWN_BALLOT = Ballot.ofOwner(Epoch.FIRST, OWNER);

    private Fixture() {}

    record OpaqueBody(String text) implements Body {
        @Override
        public int sizeBytes() {
            return text.length();
        }

        @Override
        public List<ShardId> participants() {
            return List.of(SHARD);
        }
    }

    record Because(String text) implements Refusal {}

    static Membership members(int n) {
        return new Membership(
                SHARD,
                Epoch.FIRST,
                IntStream.rangeClosed(1, n).mapToObj(ReplicaId::new).toList());
    }

    static ConsensusCall call(int n) {
        return new ConsensusCall(members(n), ID, BODY, QuorumRules.PROTOCOL);
    }

    static ReplicaId r(int number) {
        return new ReplicaId(number);
    }

    static IrMessage.Reply ok(long time) {
        return new IrMessage.Voted(ID, new Vote.Ok(new Timestamp(time, OWNER)));
    }

    static IrMessage.Reply no() {
        return new IrMessage.Voted(ID, new Vote.No(new Because("conflict")));
    }

    static IrMessage.Reply accepted() {
        return new IrMessage.Accepted(ID, OWN_BALLOT);
    }

    static IrMessage.Reply decided(Decision decision) {
        return new IrMessage.Decided(ID, decision, null);
    }

    static Result.Ok okAt(long time) {
        return new Result.Ok(new Timestamp(time, OWNER));
    }

    /** The requests of a proposal, or of a Finalize with {@code result}, to each of {@code replicas}. */
    static List<Outgoing> finalizes(Result result, int... replicas) {
        return IntStream.of(replicas)
                .mapToObj(number -> new Outgoing(r(number), new IrMessage.Finalize(ID, OWN_BALLOT, result, BODY)))
                .toList();
    }

    static List<Outgoing> proposals(int... replicas) {
        return IntStream.of(replicas)
                .mapToObj(number -> new Outgoing(r(number), new IrMessage.Propose(ID, BODY)))
                .toList();
    }
}
