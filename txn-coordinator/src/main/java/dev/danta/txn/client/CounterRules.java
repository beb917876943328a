package dev.danta.txn.client;

import dev.danta.ir.id.Timestamp;
import dev.danta.ir.quorum.Membership;
import dev.danta.relaxed.Counter;
import dev.danta.txn.counter.Allotment;
import dev.danta.txn.counter.CounterBounds;
import dev.danta.txn.counter.CounterRecord;

/**
 * The rules by which a client spends of bounded counters and closes allotments (protocol.md 8). Tests of the simulator break
 * them one by one.
 */
public interface CounterRules {
    /** The protocol's. */
    CounterRules PROTOCOL = new CounterRules() {};

    /** Where gains are read before the record is. */
    default ClientCall.Level gains() {
        return ClientCall.Level.QUORUM;
    }

    /** Whether allotments are called in before a transaction that has opened counters is told that there is not enough. */
    default boolean callsInBeforeLimit() {
        return true;
    }

    /** Whether nothing more is spent of an allotment of this client's own that is going to be closed. */
    default boolean stopsOwn() {
        return true;
    }

    /** Whether gains are read once more, after the record, before anybody is told that there is not enough. */
    default boolean asksAgainBeforeLimit() {
        return true;
    }

    /** Whether gains are read until they are twice the same, the second time after the record, before anybody is told of a value. */
    default boolean asksAgainBeforeValue() {
        return true;
    }

    /** The record with what was gained folded in. */
    default CounterRecord folding(CounterRecord record, Counter gains) {
        return record.folding(gains);
    }

    /** Whether what gains are folded into is written before anybody is told of it. */
    default boolean writesFolded() {
        return true;
    }

    /** Whether a record must be the newest for an answer to rest on it. */
    default boolean validates() {
        return true;
    }

    /**
     * Whether an allotment is fenced before anybody but its idle owner closes it.
     *
     * @param leaseIsOver whether it is closed only because its owner's lease is over
     */
    default boolean fences(boolean leaseIsOver) {
        return true;
    }

    /** Whether others may call an allotment in, and return what was not spent of it: of a lax one only its owner can say that. */
    default boolean isCallable(Allotment allotment) {
        return !allotment.lax();
    }

    /** Whether an allotment is open that may be called in. */
    default boolean hasCallable(CounterRecord record) {
        return record.open().values().stream().anyMatch(this::isCallable);
    }

    /** How many replicas are asked, each of them fenced, what was spent of an allotment. */
    default int answersToClose(Membership members) {
        return members.quorum();
    }

    /** The record with an open allotment closed, of which so much was spent. */
    default CounterRecord closing(CounterRecord record, Timestamp id, long spent) {
        return record.closing(id, spent);
    }

    /**
     * Whether a transaction that opens a counter once more goes on to close what it has called in with what was spent of it
     * then: it has decided by that.
     */
    default boolean keepsCalledIn() {
        return true;
    }

    /** Whether allotments are called in before a bound is moved so that there is less room, or less allowance. */
    default boolean callsInBeforeTightening() {
        return true;
    }

    /** The record with its bound moved. */
    default CounterRecord bounded(CounterRecord record, long shift, long allowance) {
        return record.bounded(shift, allowance);
    }

    /**
     * Whether there is room for {@code amount}.
     *
     * @param collections what every counter of the collection is at first; the bound of this one may have been moved since
     */
    default boolean covers(CounterRecord record, CounterBounds collections, long amount, boolean intoAllowance) {
        return record.covers(amount, intoAllowance);
    }

    /** Whether a spend that replicas refuse has failed: that says nothing about it. */
    default boolean isRefusedFailed() {
        return false;
    }
}
