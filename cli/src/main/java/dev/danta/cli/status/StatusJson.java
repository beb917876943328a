package dev.danta.cli.status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.wire.admin.AdminReply;
import java.util.List;
import java.util.Locale;

/**
 * An overview for programs. The fields stand in docs/operations.md; none goes or changes its meaning within a version of the
 * format, more may come.
 */
public final class StatusJson {
    /** The version of the format. */
    private static final int FORMAT = 1;

    private StatusJson() {}

    public static ObjectNode of(Overview overview) {
        AdminReply.Configuration configuration = overview.configuration();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("format", FORMAT);
        json.put("cluster", overview.cluster());
        json.put("replication", configuration.replication());
        json.put("settled", overview.isSettled());
        ObjectNode kept = json.putObject("configuration");
        kept.put("version", configuration.version());
        kept.put("reachable", configuration.reachable());
        if (configuration.leader() == 0) {
            kept.putNull("leader");
        } else {
            kept.put("leader", configuration.leader());
        }
        numbers(kept.putArray("voters"), configuration.voters());
        ArrayNode nodes = json.putArray("nodes");
        overview.nodes().keySet().forEach(node -> nodes.add(node(overview, node)));
        ArrayNode shards = json.putArray("shards");
        configuration.shards().forEach(shard -> shards.add(shard(overview, shard)));
        ArrayNode changes = json.putArray("changes");
        overview.changes().forEach(change -> changes.add(change(change)));
        ArrayNode troubles = json.putArray("troubles");
        overview.troubles().forEach(troubles::add);
        return json;
    }

    private static ObjectNode node(Overview overview, int node) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("node", node);
        json.put("address", overview.address(node));
        json.put("member", overview.entry(node).isPresent());
        overview.entry(node).ifPresent(entry -> {
            json.put("configAddress", entry.configAddress());
            json.put("incarnation", Long.toHexString(entry.incarnation()));
            json.put("leaving", entry.leaving());
            json.put("draining", entry.draining());
            json.put("lost", entry.lost());
        });
        json.put("up", overview.status(node).isPresent());
        if (overview.nodes().get(node) instanceof Overview.Seen.Silent silent) {
            json.put("why", silent.why());
        }
        overview.status(node).ifPresent(status -> {
            json.put("uptimeMillis", status.uptimeMillis());
            json.put("note", status.note());
            ArrayNode replicas = json.putArray("replicas");
            overview.replicasOf(node).forEach(placed -> replicas.add(replica(placed)));
        });
        return json;
    }

    private static ObjectNode replica(Overview.Placed placed) {
        AdminReply.Replica replica = placed.replica();
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("shard", replica.shard());
        json.put("epoch", replica.epoch());
        json.put("standing", replica.standing().name().toLowerCase(Locale.ROOT));
        json.put("logEnd", replica.logEnd());
        json.put("behind", placed.behind());
        json.put("held", replica.held());
        json.put("undecided", replica.undecided());
        json.put("records", replica.records());
        json.put("diskBytes", replica.diskBytes());
        if (!replica.hash().isEmpty()) {
            json.put("hash", replica.hash());
        }
        return json;
    }

    private static ObjectNode shard(Overview overview, AdminReply.Shard shard) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("shard", shard.shard());
        json.put("epoch", shard.epoch());
        numbers(json.putArray("members"), shard.members());
        numbers(json.putArray("wanted"), shard.wanted());
        numbers(json.putArray("next"), shard.next());
        json.put("attempt", shard.attempt());
        json.put("settled", shard.settled());
        numbers(json.putArray("awaited"), shard.awaited());
        json.put("serving", overview.serving(shard));
        return json;
    }

    private static ObjectNode change(AdminReply.Running change) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("shard", change.shard());
        json.put("epoch", change.epoch());
        numbers(json.putArray("next"), change.next());
        json.put("phase", change.phase());
        json.put("done", change.done());
        json.put("of", change.of());
        json.put("unit", change.unit());
        json.put("millis", change.millis());
        json.put("tries", change.tries());
        json.put("trouble", change.trouble());
        return json;
    }

    private static void numbers(ArrayNode array, List<Integer> numbers) {
        numbers.forEach(array::add);
    }
}
