package dev.danta.sim.workload;

import dev.danta.check.CheckOptions;
import dev.danta.check.HistoryCheck;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.ir.id.Bytes;
import dev.danta.occ.Key;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.key.KeyLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Single keys, each used as a register: get, put, delete, compare-and-set, append, as strict transactions. */
public final class RegisterWorkload implements Workload {
    private final int keys;
    private final CheckOptions options;
    private final Log<Input, Output> log = new Log<>();
    private long written;

    public RegisterWorkload(int keys, CheckOptions options) {
        this.keys = keys;
        this.options = options;
    }

    private static Key keyOf(String name) {
        return KeyLayout.key("sim", "register", List.of(name));
    }

    private static @Nullable String text(Map<Key, Version> seen, String name) {
        Version version = seen.get(keyOf(name));
        return version == null || version.value() == null
                ? null
                : version.value().toUtf8();
    }

    private static List<Write> put(String name, @Nullable String value) {
        return List.of(new Write(keyOf(name), value == null ? null : Bytes.utf8(value)));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        return new Registers(caller, random);
    }

    private final class Registers implements Script {
        private final Caller caller;
        private final SimRandom random;
        private final Log<Input, Output>.User user = log.newUser();
        private final Map<String, String> lastSeen = new TreeMap<>();

        Registers(Caller caller, SimRandom random) {
            this.caller = caller;
            this.random = random;
        }

        @Override
        public void next(Runnable done) {
            String name = "k" + random.below(keys);
            String fresh = "v" + written++;
            int dice = random.below(100);
            if (dice < 30) {
                get(name, done);
            } else if (dice < 50) {
                blind(new Input.Put(name, fresh), put(name, fresh), done);
            } else if (dice < 55) {
                blind(new Input.Delete(name), put(name, null), done);
            } else if (dice < 75) {
                cas(name, fresh, done);
            } else if (dice < 85) {
                putIfAbsent(name, fresh, done);
            } else {
                append(name, fresh, done);
            }
        }

        private void get(String name, Runnable done) {
            long invoked = caller.nowNanos();
            ReadOnly.run(caller, random, List.of(keyOf(name)), end -> {
                if (end instanceof TxnEnd.Committed committed) {
                    user.known(new Input.Get(name), value(name, committed.seen()), invoked, caller.nowNanos());
                }
                done.run();
            });
        }

        private Output value(String name, Map<Key, Version> seen) {
            String text = text(seen, name);
            if (text != null) {
                lastSeen.put(name, text);
            }
            return new Output.Value(text);
        }

        private void blind(Input input, List<Write> writes, Runnable done) {
            act(input, List.of(), seen -> writes, seen -> new Output.Done(), done);
        }

        private void cas(String name, String fresh, Runnable done) {
            String expected = lastSeen.getOrDefault(name, "never seen");
            act(
                    new Input.Cas(name, expected, fresh),
                    List.of(keyOf(name)),
                    seen -> expected.equals(text(seen, name)) ? put(name, fresh) : List.of(),
                    seen -> {
                        value(name, seen);
                        return new Output.Swapped(expected.equals(text(seen, name)));
                    },
                    done);
        }

        private void putIfAbsent(String name, String fresh, Runnable done) {
            act(
                    new Input.PutIfAbsent(name, fresh),
                    List.of(keyOf(name)),
                    seen -> text(seen, name) == null ? put(name, fresh) : List.of(),
                    seen -> new Output.Swapped(text(seen, name) == null),
                    done);
        }

        private void append(String name, String fresh, Runnable done) {
            act(
                    new Input.Append(name, fresh),
                    List.of(keyOf(name)),
                    seen -> put(name, text(seen, name) == null ? fresh : text(seen, name) + fresh),
                    seen -> new Output.Done(),
                    done);
        }

        private void act(
                Input input,
                List<Key> read,
                Function<Map<Key, Version>, List<Write>> body,
                Function<Map<Key, Version>, Output> answer,
                Runnable done) {
            long invoked = caller.nowNanos();
            Transact.run(caller, random, read, body, end -> {
                if (end instanceof TxnEnd.Committed committed) {
                    user.known(input, answer.apply(committed.seen()), invoked, caller.nowNanos());
                } else if (end instanceof TxnEnd.Unknown) {
                    user.unknown(input, invoked);
                }
                done.run();
            });
        }
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        List<String> names = new ArrayList<>();
        List<Key> all = new ArrayList<>();
        for (int i = 0; i < keys; i++) {
            names.add("k" + i);
            all.add(keyOf("k" + i));
        }
        long invoked = caller.nowNanos();
        ReadOnly.run(caller, random, all, end -> {
            if (end instanceof TxnEnd.Committed committed) {
                names.forEach(name -> log.newUser()
                        .known(
                                new Input.Get(name),
                                new Output.Value(text(committed.seen(), name)),
                                invoked,
                                caller.nowNanos()));
            }
            answered.accept(end instanceof TxnEnd.Committed);
        });
    }

    @Override
    public void judge() {
        Log.demandValid("registers", HistoryCheck.check(new KeyValueModel(), log.history(), options));
    }
}
