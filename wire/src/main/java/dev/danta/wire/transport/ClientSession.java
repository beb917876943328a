package dev.danta.wire.transport;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.message.Envelope;
import java.util.List;

/**
 * A client that has greeted this node, over one stream. A client that connects anew is a new session; the old one may
 * still be open for a moment. Every method may be called by any thread, at any time, and never blocks.
 */
public interface ClientSession {
    ClientId client();

    /** Where the client comes from, for logs. */
    String remote();

    /**
     * Sends these, in this order, as soon as the client reads; they are dropped, and counted, when too much waits already
     * or the session is closed, and so is one that is over a limit.
     */
    void send(List<Envelope> envelopes);

    /** Envelopes that were handed to {@link #send} and did not leave. */
    long droppedEnvelopes();

    /** Ends the session; {@code reason} is told to the client, one sentence without its subject. */
    void close(String reason);
}
