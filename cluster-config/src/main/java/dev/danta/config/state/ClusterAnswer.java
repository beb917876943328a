package dev.danta.config.state;

/**
 * What a request came to.
 *
 * @param state as it is after it
 * @param done whether what was asked for is so now; else nothing was changed, but for what {@link
 *     dev.danta.ir.epoch.ConfigRequest.Register} records
 * @param why a sentence for the operator: the reason of a refusal, or what was so already; empty if there is nothing to say
 */
public record ClusterAnswer(ClusterRequest request, ClusterState state, boolean done, String why) {}
