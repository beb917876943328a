package dev.danta.client;

import java.util.List;

/**
 * Some changes, in the order in which a node has learned of them; of different shards in no order.
 *
 * @param changes none if nothing has changed, or nothing of this collection
 * @param cursor where to go on when they are handled, by {@link From#cursor}: a text without spaces, of some 40 characters for
 *     each shard of the cluster
 * @param isSnapshot whether this is what was there when the feed began
 */
public record ChangeBatch<V>(List<Change<V>> changes, String cursor, boolean isSnapshot) {
    public ChangeBatch {
        changes = List.copyOf(changes);
    }
}
