package dev.danta.archfixture.api;

import com.google.protobuf.Message;
import dev.danta.archfixture.api.inner.Inside;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Shows a foreign type in each way there is. */
public class Leaky implements Inside {
    protected final Inside field;
    private final Inside hiddenField;

    public Leaky(Inside inside) {
        this.field = inside;
        this.hiddenField = inside;
    }

    public Inside returned() {
        return field;
    }

    public Optional<Map<String, Inside>> generic() {
        return Optional.of(Map.of("", hidden()));
    }

    public Inside[] array() {
        return new Inside[] {hidden(hiddenField)};
    }

    public void taken(List<? extends Status> statuses) {}

    public <M extends Message> void bounded() {}

    public void thrown() throws StatusRuntimeException {}

    public Duration discreet(List<String> names, int[] counts, Discreet other) {
        return Duration.ZERO;
    }

    Inside hidden() {
        return field;
    }

    private static Inside hidden(Inside inside) {
        return inside;
    }

    /** As visible as what surrounds it. */
    public interface Nested {
        Inside shown();
    }
}
