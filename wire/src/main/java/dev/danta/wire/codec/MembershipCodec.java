package dev.danta.wire.codec;

import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.quorum.Membership;
import dev.danta.wire.Topology;
import dev.danta.wire.proto.EpochProto;
import java.util.ArrayList;
import java.util.List;

/** Who the members of a shard are. */
final class MembershipCodec {
    private MembershipCodec() {}

    static EpochProto.Membership encode(Membership membership) {
        EpochProto.Membership.Builder wire = EpochProto.Membership.newBuilder()
                .setShard(membership.shard().number())
                .setEpoch(membership.epoch().number());
        membership.members().forEach(member -> wire.addMembers(member.number()));
        return wire.build();
    }

    static Membership decode(EpochProto.Membership wire, Place at) {
        at.message("Membership");
        at.field("shard");
        ShardId shard = IdCodec.shard(wire.getShard(), at);
        at.field("epoch");
        Epoch epoch = IdCodec.epoch(wire.getEpoch(), at);
        at.field("members");
        at.requireCount(wire.getMembersCount(), Topology.NODES_MAX);
        if (wire.getMembersCount() % 2 == 0) {
            throw at.malformed("are " + wire.getMembersCount() + ", but a shard has an odd number of replicas");
        }
        List<ReplicaId> members = new ArrayList<>(wire.getMembersCount());
        int last = 0;
        for (int number : wire.getMembersList()) {
            if (number <= last) {
                throw at.malformed(number < 1 ? "has the replica number " + number : "is not strictly ascending");
            }
            members.add(new ReplicaId(number));
            last = number;
        }
        return new Membership(shard, epoch, members);
    }
}
