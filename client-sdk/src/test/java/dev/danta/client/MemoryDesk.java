package dev.danta.client;

import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Keeps in memory what collections are declared as. */
final class MemoryDesk implements AdminDesk {
    private final Map<List<String>, String> types = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile boolean isOpen = true;

    /** Whether anything new is taken. */
    void open(boolean open) {
        isOpen = open;
    }

    /** How often it was asked. */
    int asked() {
        return asked.get();
    }

    @Override
    public CompletionStage<AdminReply> ask(AdminRequest request, Duration patience) {
        asked.incrementAndGet();
        AdminRequest.Declare declare = (AdminRequest.Declare) request;
        List<String> name = List.of(declare.space(), declare.collection());
        if (!isOpen && !types.containsKey(name)) {
            return CompletableFuture.completedFuture(
                    new AdminReply.Refused(AdminReply.Refused.Kind.UNAVAILABLE, "the configuration has no majority"));
        }
        types.putIfAbsent(name, declare.type());
        List<String> indexes = types.keySet().stream()
                .filter(one -> one.get(0).equals(declare.space()) && one.get(1).startsWith(declare.collection() + "#"))
                .map(one -> one.get(1))
                .sorted()
                .toList();
        return CompletableFuture.completedFuture(new AdminReply.Declared(types.get(name), indexes));
    }
}
