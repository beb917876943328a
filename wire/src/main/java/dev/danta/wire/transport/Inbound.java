package dev.danta.wire.transport;

import dev.danta.ir.message.Envelope;
import java.util.List;

/**
 * What a node does with what comes in. Called on transport threads, for one session by one thread at a time; no method may
 * block or throw.
 */
public interface Inbound {
    /** First, once per session. */
    void onOpened(ClientSession session);

    /** Requests of this session's client, in the order in which it sent them. Never empty. */
    void onEnvelopes(ClientSession from, List<Envelope> batch);

    /** Last, once per session: nothing sent to it arrives any more. */
    void onClosed(ClientSession session);

    /** Somebody was turned away, or an envelope dropped; one line for the log, at most one per second. */
    void onComplaint(String line);
}
