package dev.danta.cli.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class StatusJsonTest {
    private static final Path OPERATIONS = Path.of("../docs/operations.md");

    @Test
    void programsFindWhatTheScreenShows() throws InterruptedException {
        JsonNode json = StatusJson.of(Samples.overview(Samples.wellCluster(2).silence("127.0.0.1:7403")));

        assertThat(json.at("/format").asInt()).isEqualTo(1);
        assertThat(json.at("/cluster").asText()).isEqualTo("shop");
        assertThat(json.at("/configuration/version").asLong()).isEqualTo(17);
        assertThat(json.at("/configuration/leader").asInt()).isEqualTo(1);
        assertThat(json.at("/settled").asBoolean()).isTrue();
        assertThat(json.at("/nodes")).hasSize(3);
        assertThat(json.at("/nodes/0/replicas/1/held").asLong()).isEqualTo(1);
        assertThat(json.at("/nodes/0/replicas/1/standing").asText()).isEqualTo("serving");
        assertThat(json.at("/nodes/2/up").asBoolean()).isFalse();
        assertThat(json.at("/nodes/2/why").asText()).isEqualTo("no answer within 2 s");
        assertThat(json.at("/shards/1/members").toString()).isEqualTo("[1,2,3]");
        assertThat(json.at("/shards/1/serving").asInt()).isEqualTo(2);
        assertThat(json.at("/changes")).isEmpty();
        assertThat(json.at("/troubles")).hasSize(1);
    }

    /** The page promises the fields: so it names each of them. */
    @Test
    void theDocumentNamesEveryField() throws InterruptedException, IOException {
        String page = Files.readString(OPERATIONS);
        Set<String> fields = new TreeSet<>();
        Samples samples = ScreenTest.busy();
        collect(StatusJson.of(Samples.overview(samples)), fields);

        assertThat(fields).hasSizeGreaterThan(40);
        for (String field : fields) {
            assertThat(page).as(field).contains("`" + field + "`");
        }
    }

    private static void collect(JsonNode json, Set<String> fields) {
        json.fieldNames().forEachRemaining(fields::add);
        List.of(json).forEach(one -> one.forEach(child -> collect(child, fields)));
    }
}
