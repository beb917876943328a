package dev.danta.client;

import dev.danta.client.internal.Shell;

/** Real clients in which a rule is broken; here, since what builds clients says this only to its own package. */
public final class BrokenClients {
    private BrokenClients() {}

    /** Builds a client with a broken machine. */
    public static DantaClient build(DantaClient.Builder builder, Shell.UnderTest broken) {
        return builder.machines(broken).build();
    }
}
