package dev.danta.check.generate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.danta.check.CheckOptions;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryFile;
import dev.danta.check.history.HistoryInput;
import dev.danta.check.judge.Judge;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What may be done to the file of a history of any subject without making a valid one invalid; and what leaves an invalid one
 * invalid. dev.danta.check.MetamorphicTest does the same, and more, to small random histories of what is judged by search.
 */
class ChangedHistoriesTest {
    private static final int SEEDS = 5;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final CheckOptions OPTIONS =
            CheckOptions.defaults().withThreads(1).withAcceptVacuous(true);

    /** The lines of a file: the header, and the events. */
    private record Lines(String header, List<ObjectNode> events) {}

    private interface Change {
        List<ObjectNode> of(List<ObjectNode> events, Random random);
    }

    private static Lines generated(Subject subject, int operations, Fault fault, long seed) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HistoryGenerator.generate(subject, new GeneratorSettings(operations, 4, 3, 20, seed, fault))
                .write(out);
        String[] lines = out.toString(StandardCharsets.UTF_8).split("\n");
        List<ObjectNode> events = new ArrayList<>();
        for (int i = 1; i < lines.length; i++) {
            events.add((ObjectNode) JSON.readTree(lines[i]));
        }
        return new Lines(lines[0], events);
    }

    private static Result<?, ?> judged(Subject subject, String header, List<ObjectNode> events) throws IOException {
        StringBuilder file = new StringBuilder(header).append('\n');
        for (int i = 0; i < events.size(); i++) {
            ObjectNode event = events.get(i).deepCopy();
            event.put("index", i);
            file.append(event).append('\n');
        }
        byte[] bytes = file.toString().getBytes(StandardCharsets.UTF_8);
        try (HistoryInput input = HistoryInput.open(new ByteArrayInputStream(bytes))) {
            return judged(
                    input, Judges.of(subject, JudgeSettings.of(input.header().orElseThrow())));
        }
    }

    private static <I, O> Result<I, O> judged(HistoryInput input, Judge<I, O> judge) throws IOException {
        HistoryFile<I, O> read = input.read(judge.codec());
        return judge.judge(read.history(), read.failed(), OPTIONS).result();
    }

    private static void assertStays(Subject subject, boolean invalidToo, Change change) throws IOException {
        for (Fault fault : invalidToo ? Fault.values() : new Fault[] {Fault.NONE}) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                Lines lines = generated(subject, 60, fault, seed);
                List<ObjectNode> changed = change.of(lines.events(), new Random(seed));
                assertThat(judged(subject, lines.header(), changed))
                        .as("seed %d, %s: %s", seed, fault, changed)
                        .isInstanceOf(fault == Fault.NONE ? Result.Valid.class : Result.Invalid.class);
            }
        }
    }

    private static List<ObjectNode> moved(List<ObjectNode> events, long later, long processes, String keys) {
        List<ObjectNode> moved = new ArrayList<>();
        for (ObjectNode event : events) {
            ObjectNode copy = event.deepCopy();
            copy.put("time", event.get("time").asLong() + later);
            copy.put("process", event.get("process").asLong() + processes);
            if (event.has("key")) {
                copy.put("key", keys + event.get("key").asText());
            } else if (copy.get("value") instanceof ArrayNode steps) {
                for (JsonNode step : steps) {
                    if (step instanceof ArrayNode parts) {
                        parts.set(1, keys + parts.get(1).asText());
                    }
                }
            }
            moved.add(copy);
        }
        return moved;
    }

    /** A feed is one for all keys. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEED")
    void whatCameBeforeOnOtherKeysChangesNothing(Subject subject) throws IOException {
        List<ObjectNode> before = generated(subject, 40, Fault.NONE, 1_000).events();
        long end = before.get(before.size() - 1).get("time").asLong() + 1;
        assertStays(subject, true, (events, random) -> {
            List<ObjectNode> longer = moved(before, 0, 5_000, "before");
            longer.addAll(moved(events, end, 0, ""));
            return longer;
        });
    }

    @ParameterizedTest
    @EnumSource(Subject.class)
    void theNumbersOfProcessesAndTheirClockDoNotMatter(Subject subject) throws IOException {
        assertStays(subject, true, (events, random) -> {
            List<ObjectNode> renamed = new ArrayList<>();
            for (ObjectNode event : events) {
                ObjectNode copy = event.deepCopy();
                copy.put("process", 99_991 - 17 * event.get("process").asLong());
                copy.put("time", 3 * event.get("time").asLong() + 1_000_000);
                renamed.add(copy);
            }
            return renamed;
        });
    }

    /** Who has lost an answer goes on under another number. */
    @ParameterizedTest
    @EnumSource(Subject.class)
    void answersThatAreLostNeverMakeAValidHistoryInvalid(Subject subject) throws IOException {
        assertStays(subject, false, (events, random) -> {
            Map<Long, Long> now = new HashMap<>();
            List<ObjectNode> lost = new ArrayList<>();
            for (ObjectNode event : events) {
                ObjectNode copy = event.deepCopy();
                long process = event.get("process").asLong();
                copy.put("process", now.getOrDefault(process, process));
                if (event.get("type").asText().equals("ok") && random.nextInt(5) == 0) {
                    copy.put("type", "info");
                    now.merge(process, process + 10_000, (old, first) -> old + 10_000);
                }
                lost.add(copy);
            }
            return lost;
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "FEED")
    void everyKeyByItselfIsValidWhereAllAre(Subject subject) throws IOException {
        for (Fault fault : Fault.values()) {
            for (int seed = 1; seed <= SEEDS; seed++) {
                Lines lines = generated(subject, 60, fault, seed);
                Map<String, List<ObjectNode>> byKey = new TreeMap<>();
                for (ObjectNode event : lines.events()) {
                    byKey.computeIfAbsent(event.path("key").asText(), key -> new ArrayList<>())
                            .add(event);
                }
                int invalid = 0;
                for (List<ObjectNode> events : byKey.values()) {
                    invalid += judged(subject, lines.header(), events) instanceof Result.Invalid ? 1 : 0;
                }
                assertThat(invalid).as("seed %d, %s", seed, fault).isEqualTo(fault == Fault.NONE ? 0 : 1);
            }
        }
    }
}
