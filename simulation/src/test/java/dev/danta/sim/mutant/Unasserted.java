package dev.danta.sim.mutant;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.replica.Application;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Storage;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.VersionedStore;
import dev.danta.sim.SimParts;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.Settler;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.List;

/** The same parts in a cluster in which nothing is asserted: only what clients saw can give them away. */
record Unasserted(SimParts parts) implements SimParts {
    @Override
    public Storage storage(ReplicaId replica, SimDisk disk) {
        return parts.storage(replica, disk);
    }

    @Override
    public RecordStore records(ReplicaId replica, SimDisk disk) {
        return parts.records(replica, disk);
    }

    @Override
    public Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
        return parts.application(replica, genuine, versions);
    }

    @Override
    public Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return parts.replica(replica, genuine, disk);
    }

    @Override
    public Machine<Settler.Input> settler(ReplicaId node, Settler genuine) {
        return parts.settler(node, genuine);
    }

    @Override
    public List<Envelope> arrivedAtSettler(List<Envelope> batch) {
        return parts.arrivedAtSettler(batch);
    }

    @Override
    public Machine<TxnClient.Input> client(ClientId id, TxnClient genuine) {
        return parts.client(id, genuine);
    }

    @Override
    public List<Envelope> arrived(ClientId client, List<Envelope> batch) {
        return parts.arrived(client, batch);
    }

    @Override
    public QuorumRules quorumRules() {
        return parts.quorumRules();
    }

    @Override
    public ValidationRules validationRules() {
        return parts.validationRules();
    }

    @Override
    public WaitingSettings waiting(WaitingSettings drawn) {
        return parts.waiting(drawn);
    }

    @Override
    public boolean asserting() {
        return false;
    }

    @Override
    public boolean caches(SimRandom random) {
        return parts.caches(random);
    }
}
