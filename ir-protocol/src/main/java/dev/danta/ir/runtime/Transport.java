package dev.danta.ir.runtime;

import dev.danta.ir.message.Address;
import dev.danta.ir.message.Envelope;

/**
 * Sends messages. Neither call blocks or throws: a message that cannot be sent is lost, and messages between two parties
 * may be lost, repeated, delayed and reordered.
 */
public interface Transport {
    /** Queues a message; it may be kept until {@link #flush()} so that a batch travels together. */
    void send(Address to, Envelope envelope);

    /** Lets go of everything queued. */
    void flush();
}
