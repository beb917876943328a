package dev.danta.sim;

import dev.danta.ir.epoch.EpochRules;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.quorum.QuorumRules;
import dev.danta.ir.replica.Application;
import dev.danta.ir.replica.RecordStore;
import dev.danta.ir.replica.ReplicaRules;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Storage;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.occ.ValidationRules;
import dev.danta.occ.VersionedStore;
import dev.danta.sim.disk.SimDisk;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CounterRules;
import dev.danta.txn.client.ReadRules;
import dev.danta.txn.client.TxnClient;
import dev.danta.txn.participant.Participant;
import dev.danta.txn.participant.ReadViewRules;
import dev.danta.txn.participant.SpendRules;
import dev.danta.txn.participant.StateRules;
import dev.danta.txn.participant.WaitingRules;
import dev.danta.txn.participant.WaitingSettings;
import dev.danta.txn.recovery.RecoverySettings;
import dev.danta.txn.recovery.Settler;
import dev.danta.txn.recovery.SweepingReplica;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The parts that a simulated cluster is put together from. The defaults are the genuine ones; a mutant
 * replaces one of them by a broken one, to see it found.
 */
public interface SimParts {
    /** Everything genuine. */
    SimParts GENUINE = new SimParts() {};

    /** What a replica's driver writes to; asked anew for each process life. */
    default Storage storage(ReplicaId replica, SimDisk disk) {
        return disk;
    }

    /** Where a replica's machine looks up its records; asked anew for each process life. */
    default RecordStore records(ReplicaId replica, SimDisk disk) {
        return disk;
    }

    /** What a replica's machine calls; {@code versions} is what {@code genuine} reads. */
    default Application application(ReplicaId replica, Participant genuine, VersionedStore versions) {
        return genuine;
    }

    /** A replica's machine; asked anew for each process life. */
    default Machine<SweepingReplica.Input> replica(ReplicaId replica, SweepingReplica genuine, SimDisk disk) {
        return genuine;
    }

    /** What the settler of a node's process is; asked anew for each process life. */
    default Machine<Settler.Input> settler(ReplicaId node, Settler genuine) {
        return genuine;
    }

    /** What a settler's driver is handed of what arrived. */
    default List<Envelope> arrivedAtSettler(List<Envelope> batch) {
        return batch;
    }

    /** A client's machine. */
    default Machine<TxnClient.Input> client(ClientId id, TxnClient genuine) {
        return genuine;
    }

    /** What a client's driver is handed of a batch that arrived. */
    default List<Envelope> arrived(ClientId client, List<Envelope> batch) {
        return batch;
    }

    /** Whether a crash in the middle of a commit leaves nothing of its batch. */
    default boolean storeIsAtomic() {
        return true;
    }

    /** How a replica answers strict reads. */
    default ReadViewRules readViewRules() {
        return ReadViewRules.PROTOCOL;
    }

    /** How members change. */
    default EpochRules epochRules() {
        return EpochRules.PROTOCOL;
    }

    /** Whether members change in this run, and disks get lost, according to {@code random}. */
    default boolean changesMembers(SimRandom random) {
        return random.chance(0.15);
    }

    /** How members change, where they do, according to {@code random}. */
    default Unrest unrest(SimRandom random) {
        return random.chance(0.4) ? Unrest.RESIZING : Unrest.USUAL;
    }

    /**
     * The chance with which a settler, once it has asked for promises, is not heard of for a while, according to {@code random};
     * 0 in most runs.
     *
     * @param changesMembers whether members change in the run: there it happens more often
     */
    default double stopsHalfWay(SimRandom random, boolean changesMembers) {
        return random.chance(changesMembers ? 0.35 : 0.06) ? random.pick(List.of(0.3, 0.6, 0.9)) : 0;
    }

    /** The one change of members that there is to be, where members change; if there is none, they change at random. */
    default Optional<PlannedChange> plannedChange() {
        return Optional.empty();
    }

    /**
     * The moments, in nanoseconds, at which nodes lose their disks where members change; if there are any, nothing else
     * befalls members of itself.
     */
    default SortedMap<Long, ReplicaId> wipes() {
        return Collections.emptySortedMap();
    }

    /** How soon transactions are settled by others than their owners, given what was drawn for the run. */
    default RecoverySettings recovery(RecoverySettings drawn) {
        return drawn;
    }

    /** Whether replicas forget in this run, according to {@code random}. */
    default boolean forgets(SimRandom random) {
        return random.chance(0.4);
    }

    /** How often replicas catch up and forget, and how soon, given what was drawn for the run. */
    default UpkeepSettings upkeep(UpkeepSettings drawn) {
        return drawn;
    }

    /** Whether users begin with what their clients remember, according to {@code random}. */
    default boolean caches(SimRandom random) {
        return random.chance(0.3);
    }

    /** How clients and settlers count. */
    default QuorumRules quorumRules() {
        return QuorumRules.PROTOCOL;
    }

    /** The table of protocol.md 2.1, and what a replica takes on, keeps and forgets. */
    default ReplicaRules replicaRules() {
        return ReplicaRules.PROTOCOL;
    }

    /** How a replica validates, and what transactions hold there. */
    default ValidationRules validationRules() {
        return ValidationRules.PROTOCOL;
    }

    /** How much a replica's log keeps for members that do not pull it, given what was drawn for the run. */
    default long logEntriesMax(long drawn) {
        return drawn;
    }

    /** How replicas compare their versions, and take on each other's. */
    default StateRules stateRules() {
        return StateRules.PROTOCOL;
    }

    /** What replicas take of what is spent of allotments. */
    default SpendRules spendRules() {
        return SpendRules.PROTOCOL;
    }

    /** How long proposals wait for the holders of their keys, given what was drawn for the run. */
    default WaitingSettings waiting(WaitingSettings drawn) {
        return drawn;
    }

    /** How proposals wait for the holders of their keys. */
    default WaitingRules waitingRules() {
        return WaitingRules.PROTOCOL;
    }

    /** How a client counts the answers to strict reads. */
    default ReadRules readRules() {
        return ReadRules.PROTOCOL;
    }

    /** How a client spends of bounded counters. */
    default CounterRules counterRules() {
        return CounterRules.PROTOCOL;
    }

    /** What clients do in a scenario. */
    default Load load(Scenario scenario) {
        return Load.of(scenario, readRules(), counterRules());
    }

    /** Whether invariants are asserted at every step and in the end; if not, only answers and histories are judged. */
    default boolean asserting() {
        return true;
    }
}
