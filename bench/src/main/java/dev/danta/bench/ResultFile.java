package dev.danta.bench;

import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * A result as JSON: the figures, and everything that is needed to read them or to run them again.
 *
 * @param at when the run ended
 * @param version of the program
 * @param command the command line
 * @param settings how the load was applied
 * @param cluster who was asked: how many nodes, where, with which durability
 * @param machine where the load came from
 * @param disk of the nodes' folder; null if that is not on this machine
 * @param measurement what was found
 * @param course how it went
 * @param judged what became of the history; null if nobody took it down
 */
public record ResultFile(
        Instant at,
        String version,
        List<String> command,
        LoadSettings settings,
        SortedMap<String, String> cluster,
        Machine machine,
        @Nullable DiskProbe disk,
        Measurement measurement,
        Course course,
        @Nullable Judged judged) {
    private static final ObjectWriter JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build()
            .writer();

    private static final double NANOS_PER_MILLI = 1e6;

    public ResultFile {
        command = List.copyOf(command);
    }

    /** The JSON text, UTF-8 when it is written, ending in a line break. */
    public String toJson() throws IOException {
        return JSON.writeValueAsString(toTree()) + "\n";
    }

    /** The same, for whoever has more to say. */
    public ObjectNode toTree() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("format", 1);
        root.put("at", at.truncatedTo(ChronoUnit.SECONDS).toString());
        root.put("danta", version);
        command.forEach(root.putArray("command")::add);
        ObjectNode load = root.putObject("load");
        load.put("workload", measurement.workload());
        load.put("clients", settings.clients());
        load.put("warmupSeconds", settings.warmup().toMillis() / 1e3);
        load.put("measuredSeconds", measurement.measured().toMillis() / 1e3);
        load.put("seed", settings.seed());
        cluster.forEach(root.putObject("cluster")::put);
        putMachine(root.putObject("machine"));
        if (disk != null) {
            ObjectNode probe = root.putObject("disk");
            probe.put("appendBytes", DiskProbe.BLOCK_BYTES);
            probe.put("syncsPerSecond", rounded(disk.syncsPerSecond()));
            probe.put("p50Millis", disk.p50Nanos() / NANOS_PER_MILLI);
            probe.put("p99Millis", disk.p99Nanos() / NANOS_PER_MILLI);
        }
        putResult(root.putObject("result"));
        if (judged != null) {
            putHistory(root.putObject("history"), judged);
        }
        course.phases().forEach(phase -> putPhase(root.withArray("/phases").addObject(), phase));
        course.seconds().forEach(second -> putSecond(root.withArray("/seconds").addObject(), second));
        return root;
    }

    private void putMachine(ObjectNode node) {
        node.put("cores", machine.cores());
        node.put("memoryBytes", machine.memoryBytes());
        node.put("heapMaxBytes", machine.heapMaxBytes());
        node.put("os", machine.os());
        node.put("jvm", machine.jvm());
        machine.libraries().forEach(node.putObject("libraries")::put);
    }

    private void putResult(ObjectNode node) {
        node.put("perSecond", rounded(measurement.perSecond()));
        node.put("donePerSecond", rounded(measurement.donePerSecond()));
        node.put("done", measurement.done());
        node.put("declined", measurement.declined());
        node.put("unknown", measurement.unknown());
        node.put("failed", measurement.failed());
        ObjectNode latency = node.putObject("latencyMillis");
        latency.put("p50", measurement.latency().p50() / NANOS_PER_MILLI);
        latency.put("p90", measurement.latency().p90() / NANOS_PER_MILLI);
        latency.put("p99", measurement.latency().p99() / NANOS_PER_MILLI);
        latency.put("p999", measurement.latency().p999() / NANOS_PER_MILLI);
        latency.put("max", measurement.latency().max() / NANOS_PER_MILLI);
        latency.put("mean", measurement.latency().mean() / NANOS_PER_MILLI);
        node.put("retries", measurement.retries());
        node.put("retriesPerOperation", measurement.retriesPerOperation());
        ObjectNode paths = node.putObject("paths");
        paths.put("fast", measurement.fast());
        paths.put("slow", measurement.slow());
        paths.put("settled", measurement.settled());
        measurement.aborts().forEach(node.putObject("aborts")::put);
        measurement.troubles().forEach(node.putObject("troubles")::put);
        ObjectNode invariant = node.putObject("invariant");
        invariant.put("holds", measurement.invariant().name());
        invariant.put("text", measurement.invariantText());
    }

    private static void putHistory(ObjectNode node, Judged judged) {
        node.put("valid", judged.valid().name());
        node.put("sentence", judged.sentence());
        node.put("operations", judged.operations());
        node.put("unknown", judged.unknown());
        node.put("failed", judged.failed());
        node.put("file", judged.file().toString());
        node.put("judgedMillis", judged.took().toMillis());
    }

    private static void putPhase(ObjectNode node, Course.Phase phase) {
        node.put("name", phase.name());
        node.put("fromSeconds", phase.from().toMillis() / 1e3);
        node.put("seconds", phase.length().toMillis() / 1e3);
        node.put("perSecond", rounded(phase.perSecond()));
        node.put("done", phase.done());
        node.put("unknown", phase.unknown());
        node.put("failed", phase.failed());
        node.put("p50Millis", phase.latency().p50() / NANOS_PER_MILLI);
        node.put("p99Millis", phase.latency().p99() / NANOS_PER_MILLI);
        node.put("maxMillis", phase.latency().max() / NANOS_PER_MILLI);
        node.put("stillnessMillis", phase.stillnessNanos() / NANOS_PER_MILLI);
    }

    private static void putSecond(ObjectNode node, LoadListener.Tick second) {
        node.put("at", second.elapsed().toMillis() / 1e3);
        node.put("measured", second.measuring());
        node.put("perSecond", rounded(second.perSecond()));
        node.put("p50Millis", second.p50Nanos() / NANOS_PER_MILLI);
        node.put("p99Millis", second.p99Nanos() / NANOS_PER_MILLI);
    }

    private static double rounded(double value) {
        return Math.round(value * 10) / 10.0;
    }
}
