package dev.danta.testkit.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.danta.testkit.EmbeddedCluster;
import dev.danta.testkit.gateway.ReflectingCaller.Refusal;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers of a node whose cluster is away: each call ends by its deadline with what the node knows, never with silence. */
@Tag("long")
@Timeout(300)
final class LonelyNodeTest {
    private static final String TABLE = "collection { space: 's' name: 't' } ";
    private static final String KEY = "key { elements { text: 'k' } } ";
    private static final int DEADLINE_MILLIS = 1_500;

    @Test
    void everyCallIsAnsweredAndSaysWhatTookEffect() throws Exception {
        try (EmbeddedCluster cluster = EmbeddedCluster.builder().build();
                ReflectingCaller caller =
                        ReflectingCaller.of(cluster.endpoints().get(0))) {
            caller.call("Transact", "writes { " + TABLE + KEY + "value: '1' }");
            caller.call("Add", "collection { space: 's' name: 'c' } " + KEY + "amount: 1");
            caller.call("Put", "collection { space: 's' name: 'r' } " + KEY + "value: '1'");
            String open = caller.call("Begin", "lease_millis: 60000").text("transaction");
            caller.call("Write", "transaction: '" + open + "' writes { " + TABLE + KEY + "value: '2' }");
            cluster.killNode(2);
            cluster.killNode(3);

            Map<String, String> calls = new LinkedHashMap<>();
            calls.put("Transact", "writes { " + TABLE + KEY + "value: '3' }");
            calls.put("Get", TABLE + "keys { elements { text: 'k' } }");
            calls.put("Put", "collection { space: 's' name: 'r' } " + KEY + "value: '2'");
            calls.put("Add", "collection { space: 's' name: 'c' } " + KEY + "amount: 1");
            calls.put("Sum", "collection { space: 's' name: 'c' } " + KEY + "level: LEVEL_QUORUM");
            calls.put("Scan", TABLE);
            calls.put("Commit", "transaction: '" + open + "'");
            calls.forEach((method, request) -> {
                Refusal refusal =
                        catchThrowableOfType(Refusal.class, () -> caller.call(method, request, DEADLINE_MILLIS));
                assertThat(refusal).as(method).isNotNull();
                assertThat(refusal.code)
                        .as("%s: %s", method, refusal)
                        .isIn(Code.UNAVAILABLE, Code.DEADLINE_EXCEEDED, Code.UNKNOWN);
                boolean isChange = method.equals("Put") || method.equals("Add");
                if (isChange) {
                    assertThat(refusal.field("kind")).as(method).isEqualTo("OUTCOME_UNKNOWN");
                }
                if (method.equals("Get") || method.equals("Sum") || method.equals("Scan")) {
                    assertThat(refusal.field("effect")).as(method).isEqualTo("EFFECT_NOT_APPLIED");
                }
            });
            assertThat(caller.call("Describe", "", DEADLINE_MILLIS).text("cluster"))
                    .isEqualTo(cluster.name());

            cluster.startNode(2);
            cluster.startNode(3);
            assertThat(caller.call("Sum", "collection { space: 's' name: 'c' } " + KEY)
                            .text("value"))
                    .isEqualTo("2");
            cluster.stopNode(1);
            StatusRuntimeException gone = catchThrowableOfType(
                    StatusRuntimeException.class, () -> caller.call("Get", calls.get("Get"), DEADLINE_MILLIS));
            assertThat(gone.getStatus().getCode()).isEqualTo(Code.UNAVAILABLE);
        }
    }
}
