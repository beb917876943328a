package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What holds for every public class and method, those that come later included. */
@Timeout(240)
final class PublicApiTest {
    private static final Duration DEADLINE = Duration.ofMillis(100);
    /** Far longer than any deadline here: whoever is not back by then waits for ever. */
    private static final Duration FOR_EVER = Duration.ofSeconds(60);

    private static final Key KEY = Key.of("a");
    private static final Set<String> OF_EVERY_OBJECT = Set.of("equals", "hashCode", "toString");

    /** A client of which nothing that nodes say arrives any more, and what is had of it. */
    private static final class Silenced implements AutoCloseable {
        private final MemoryCluster cluster = new MemoryCluster(3, 1);
        private final DantaClient client =
                DantaClient.builder().links(cluster).deadline(DEADLINE).build();
        private final Space space = client.space("shop");
        private final Table<Object> strict = space.table("strict", longs(), Mode.STRICT);
        private final Table<Object> relaxed = space.table("relaxed", longs(), Mode.RELAXED);
        private final Index<Object> index =
                space.table("indexed", longs(), Mode.STRICT).index("by value", value -> Key.of((Long) value));
        private final Map<String, Object> handles = new TreeMap<>();

        Silenced() {
            Tx tx = space.begin();
            tx.get(strict, Key.of("seen"));
            tx.put(strict, KEY, 1L);
            Tx reader = space.begin();
            Session session = client.session();
            handles.put("client", client);
            handles.put("space", space);
            handles.put("strict table", strict);
            handles.put("relaxed table", relaxed);
            handles.put("counter", space.counter("views"));
            handles.put(
                    "bounded counter",
                    space.boundedCounter("stock", Bounds.atLeast(0).initially(9)));
            BoundedCounter counter = (BoundedCounter) handles.get("bounded counter");
            Reserve reserve = space.reserve("r").item(counter, KEY, 1);
            handles.put(
                    "reservation",
                    reserve.deadline(FOR_EVER).execute().reservation().orElseThrow());
            handles.put("request to reserve", space.reserve("s").item(counter, KEY, 1));
            handles.put(
                    "view",
                    space.eventStream("log", longs(), Duration.ofHours(1))
                            .view("text", 1, Fold.from("", (text, event) -> text + event.event()), Codecs.STRING));
            handles.put("transaction", tx);
            handles.put("transaction without writes", reader);
            handles.put("index", index);
            handles.put("session", session);
            handles.put("feed", strict.changes(From.now()));
            handles.put("relaxed table in a session", relaxed.in(session));
            handles.put("what is kept fresh", relaxed.keepFresh(Duration.ofSeconds(1)));
            cluster.loseToClient((node, envelope) -> true);
            handles.put("handle of an outcome", unknown().handle());
        }

        private static Codec<Object> longs() {
            return new Codec<>() {
                @Override
                public byte[] encode(Object value) {
                    return Codecs.LONG.encode((Long) value);
                }

                @Override
                public Object decode(byte[] bytes) {
                    return Codecs.LONG.decode(bytes);
                }
            };
        }

        private OutcomeUnknownException unknown() {
            try {
                space.execute(tx -> tx.put(strict, Key.of("unknown"), 1L));
            } catch (OutcomeUnknownException unknown) {
                return unknown;
            }
            throw new IllegalStateException("it was to be unknown");
        }

        /** Something to call a method with. */
        Object argument(Method method, Class<?> type) {
            if (type == Key.class) {
                // Not what the transaction has written itself.
                return Key.of("b");
            } else if (type == Object.class) {
                return 1L;
            } else if (type == long.class) {
                return 1L;
            } else if (type == int.class) {
                return 1;
            } else if (type == boolean.class) {
                return true;
            } else if (type == String.class) {
                return "a";
            } else if (type == Duration.class) {
                return DEADLINE;
            } else if (type == From.class) {
                return From.now();
            } else if (type == KeyRange.class) {
                return KeyRange.all();
            } else if (type == Read.class) {
                return Read.QUORUM;
            } else if (type == Ack.class) {
                return Ack.ONE;
            } else if (type == Mode.class) {
                return Mode.STRICT;
            } else if (type == Codec.class) {
                return Codecs.LONG;
            } else if (type == TxOptions.class) {
                return Tx.options();
            } else if (type == Table.class) {
                return strict;
            } else if (type == Index.class) {
                return index;
            } else if (type == BoundedCounter.class) {
                return handles.get("bounded counter");
            } else if (type == Bounds.class) {
                return Bounds.atLeast(0);
            } else if (type == Spend.class) {
                return Spend.with(SpendRule.RESERVED);
            } else if (type == Session.class) {
                return handles.get("session");
            } else if (type == Iterable.class || type == List.class) {
                return List.of(KEY);
            } else if (type == UnaryOperator.class) {
                return UnaryOperator.identity();
            } else if (type == Function.class) {
                return (Function<Object, Object>) value -> KEY;
            } else if (type == Runnable.class) {
                return (Runnable) () -> {};
            } else if (type == Consumer.class) {
                return (Consumer<Object>) value -> {};
            } else if (type == TxAction.class) {
                return (TxAction<RuntimeException>) tx -> tx.put(strict, KEY, 1L);
            } else if (type == TxWork.class) {
                return (TxWork<Object, RuntimeException>)
                        tx -> tx.get(strict, KEY).orElse(1L);
            }
            throw new AssertionError("nobody has said with which " + type.getSimpleName() + " to call " + method);
        }

        @Override
        public void close() {
            client.close(Duration.ofMillis(1));
            cluster.close();
        }
    }

    private static List<Method> callsOf(Class<?> type) {
        return Stream.of(type.getMethods())
                .filter(method -> method.getDeclaringClass() == type)
                .filter(method -> !Modifier.isStatic(method.getModifiers()))
                .filter(method -> !method.isBridge() && !OF_EVERY_OBJECT.contains(method.getName()))
                .toList();
    }

    private static @Nullable Object done(@Nullable Object returned) throws Exception {
        if (returned instanceof CompletableFuture<?> future) {
            return future.get();
        }
        if (returned instanceof Stream<?> stream) {
            try (stream) {
                return stream.toList();
            }
        }
        return returned;
    }

    /** Calls it; the Danta exception with which it ended, or null. */
    private static @Nullable DantaException called(String name, Method method) throws Exception {
        try (Silenced silenced = new Silenced()) {
            List<Object> arguments = new ArrayList<>();
            for (Class<?> type : method.getParameterTypes()) {
                arguments.add(silenced.argument(method, type));
            }
            done(method.invoke(silenced.handles.get(name), arguments.toArray()));
            return null;
        } catch (InvocationTargetException | ExecutionException thrown) {
            Throwable cause = thrown.getCause();
            assertThat(cause)
                    .as("%s of the %s", method, name)
                    .isInstanceOfAny(DantaException.class, IllegalArgumentException.class, IllegalStateException.class);
            return cause instanceof DantaException failed ? failed : null;
        } catch (DantaException failed) {
            return failed;
        }
    }

    /** Whether it has a deadline of its own or takes the client's: nothing waits for ever. */
    @Test
    void everyCallEndsThoughNobodyAnswersAnyMore() throws Exception {
        Map<String, Class<?>> handles = new TreeMap<>();
        try (Silenced silenced = new Silenced()) {
            silenced.handles.forEach((name, handle) -> handles.put(name, handle.getClass()));
        }
        Set<String> waited = new ConcurrentSkipListSet<>();
        Map<String, Future<?>> calls = new TreeMap<>();
        ExecutorService threads = Executors.newFixedThreadPool(16, task -> {
            Thread thread = new Thread(task, "caller");
            thread.setDaemon(true);
            return thread;
        });
        try {
            handles.forEach((name, type) -> callsOf(type)
                    .forEach(method -> calls.put(method + " of the " + name, threads.submit(() -> {
                        if (called(name, method) != null) {
                            waited.add(name + ": " + method.getName());
                        }
                        return true;
                    }))));
            Set<String> endless = new TreeSet<>();
            for (Map.Entry<String, Future<?>> call : calls.entrySet()) {
                try {
                    call.getValue().get(FOR_EVER.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException late) {
                    endless.add(call.getKey());
                }
            }
            assertThat(endless).as("calls without a deadline").isEmpty();
        } finally {
            threads.shutdownNow();
        }
        // Else nobody would have been waited for.
        assertThat(waited)
                .contains(
                        "space: run",
                        "space: runAsync",
                        "space: read",
                        "relaxed table: put",
                        "relaxed table: putAsync",
                        "relaxed table: get",
                        "counter: add",
                        "counter: get",
                        "bounded counter: gain",
                        "bounded counter: spend",
                        "bounded counter: spendAsync",
                        "bounded counter: value",
                        "bounded counter: estimate",
                        "bounded counter: giveBack",
                        "request to reserve: execute",
                        "reservation: confirm",
                        "reservation: release",
                        "transaction: commit",
                        "transaction: get",
                        "transaction without writes: get",
                        "view: read",
                        "view: readAsync");
    }

    /** Of classes that hold on to a client; others have nobody to wait for. */
    @Test
    void everyClassThatHasAClientIsTried() {
        try (Silenced silenced = new Silenced()) {
            Set<Class<?>> tried = new HashSet<>();
            silenced.handles.values().forEach(handle -> tried.add(handle.getClass()));

            assertThat(PublicApi.classes())
                    .filteredOn(type -> Stream.of(type.getDeclaredFields())
                            .map(Field::getType)
                            .anyMatch(field ->
                                    field == Calls.class || field == DantaClient.class || field == Space.class))
                    .allSatisfy(type -> assertThat(tried).contains(type));
        }
    }

    @Test
    void noForeignTypeStandsInAPublicSignature() {
        Set<String> foreign = new TreeSet<>();
        for (Class<?> type : PublicApi.classes()) {
            collect(type, type.getGenericSuperclass(), foreign);
            Stream.of(type.getGenericInterfaces()).forEach(one -> collect(type, one, foreign));
            for (Constructor<?> constructor : type.getDeclaredConstructors()) {
                if (isVisible(constructor.getModifiers())) {
                    Stream.of(constructor.getGenericParameterTypes()).forEach(one -> collect(type, one, foreign));
                }
            }
            for (Method method : type.getDeclaredMethods()) {
                if (isVisible(method.getModifiers()) && !method.isSynthetic()) {
                    collect(type, method.getGenericReturnType(), foreign);
                    Stream.of(method.getGenericParameterTypes()).forEach(one -> collect(type, one, foreign));
                    Stream.of(method.getGenericExceptionTypes()).forEach(one -> collect(type, one, foreign));
                }
            }
            Stream.of(type.getFields()).forEach(field -> collect(type, field.getGenericType(), foreign));
            if (type.isRecord()) {
                Stream.of(type.getRecordComponents())
                        .map(RecordComponent::getGenericType)
                        .forEach(one -> collect(type, one, foreign));
            }
        }

        assertThat(PublicApi.classes()).contains(DantaClient.class, DantaClient.Builder.class, Tx.class);
        assertThat(foreign).isEmpty();
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void collect(Class<?> of, @Nullable Type type, Set<String> foreign) {
        collect(of, type, foreign, new HashSet<>());
    }

    private static void collect(Class<?> of, @Nullable Type type, Set<String> foreign, Set<Type> seen) {
        if (type == null || !seen.add(type)) {
            return;
        }
        if (type instanceof Class<?> one) {
            Class<?> element = one.isArray() ? one.getComponentType() : one;
            boolean isOurs = element.isPrimitive()
                    || element.isArray()
                    || element.getPackageName().startsWith("java.")
                    || (element.getPackageName().equals(DantaClient.class.getPackageName())
                            && PublicApi.classes().contains(element));
            if (!isOurs) {
                foreign.add(of.getName() + " shows " + element.getName());
            }
        } else if (type instanceof ParameterizedType generic) {
            collect(of, generic.getRawType(), foreign, seen);
            Stream.of(generic.getActualTypeArguments()).forEach(one -> collect(of, one, foreign, seen));
        } else if (type instanceof GenericArrayType array) {
            collect(of, array.getGenericComponentType(), foreign, seen);
        } else if (type instanceof TypeVariable<?> variable) {
            Stream.of(variable.getBounds()).forEach(one -> collect(of, one, foreign, seen));
        } else if (type instanceof WildcardType wildcard) {
            Stream.of(wildcard.getUpperBounds()).forEach(one -> collect(of, one, foreign, seen));
            Stream.of(wildcard.getLowerBounds()).forEach(one -> collect(of, one, foreign, seen));
        }
    }
}
