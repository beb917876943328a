package dev.danta.config.raft;

import java.util.List;

/**
 * How the configuration's group stands, as far as one node knows; for operators.
 *
 * @param isReachable whether it seems to have a leader that could be asked
 * @param leader the number of the node that leads, 0 if none is known
 * @param voters the numbers of the nodes that vote, in ascending order
 */
public record GroupStanding(boolean isReachable, int leader, List<Integer> voters) {
    public GroupStanding {
        voters = List.copyOf(voters);
    }
}
