package dev.danta.wire.transport;

import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Answers by rote, and remembers what it was asked. */
final class ScriptedDesk implements GatewayDesk {
    final List<GatewayRequest> asked = new CopyOnWriteArrayList<>();
    final List<Duration> patience = new CopyOnWriteArrayList<>();
    final List<CompletableFuture<GatewayReply>> answers = new CopyOnWriteArrayList<>();
    volatile Function<GatewayRequest, CompletableFuture<GatewayReply>> script =
            request -> CompletableFuture.completedFuture(new GatewayReply.Done());

    void say(GatewayReply reply) {
        script = request -> CompletableFuture.completedFuture(reply);
    }

    @Override
    public CompletableFuture<GatewayReply> ask(GatewayRequest request, Duration within) {
        asked.add(request);
        patience.add(within);
        CompletableFuture<GatewayReply> answer = script.apply(request);
        answers.add(answer);
        return answer;
    }

    @Override
    public void close(Duration within) {}
}
