package dev.danta.check.generate;

import dev.danta.check.Model;
import dev.danta.check.model.Bag;
import dev.danta.check.model.BagQueueModel;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.Cell;
import dev.danta.check.model.CounterModel;
import dev.danta.check.model.Fifo;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.LeaseModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.QueueModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.SetModel;
import dev.danta.check.model.SubmitModel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The sampler of every model. */
final class Samplers {
    private static final int MANY = 1_000_000_000;

    private Samplers() {}

    /** Reads and writes, and if {@code cas} also compare-and-sets. */
    record Register(RegisterModel model, boolean cas)
            implements Sampler<Cell, RegisterModel.Input, RegisterModel.Output> {
        @Override
        public RegisterModel.Input any(Cell state, String key, long unique, Random random) {
            int dice = random.nextInt(10);
            if (dice < 5) {
                return look(key);
            }
            String current = state.value();
            return cas && dice < 7 && current != null
                    ? new RegisterModel.Input.Cas(current, Long.toString(unique))
                    : change(state, key, unique);
        }

        @Override
        public RegisterModel.Input look(String key) {
            return new RegisterModel.Input.Read();
        }

        @Override
        public RegisterModel.Input change(Cell state, String key, long unique) {
            return new RegisterModel.Input.Write(Long.toString(unique));
        }

        @Override
        public RegisterModel.Output answer(Cell state, RegisterModel.Input input) {
            if (input instanceof RegisterModel.Input.Cas cas) {
                return new RegisterModel.Output.Swapped(cas.expected().equals(state.value()));
            }
            return input instanceof RegisterModel.Input.Read
                    ? new RegisterModel.Output.Value(state.value())
                    : new RegisterModel.Output.Written();
        }

        @Override
        public RegisterModel.Output phantom(Cell state) {
            return new RegisterModel.Output.Value("phantom");
        }
    }

    /** A table with everything but appends and versions. */
    record Table(KeyValueModel model)
            implements Sampler<KeyValueModel.Entry, KeyValueModel.Input, KeyValueModel.Output> {
        @Override
        public KeyValueModel.Input any(KeyValueModel.Entry state, String key, long unique, Random random) {
            String value = Long.toString(unique);
            String current = state.value();
            return switch (random.nextInt(16)) {
                case 0 -> new KeyValueModel.Input.Delete(key);
                case 1 -> new KeyValueModel.Input.PutIfAbsent(key, value);
                case 2, 3 -> new KeyValueModel.Input.Cas(key, current == null ? "none" : current, value);
                case 4, 5, 6, 7 -> new KeyValueModel.Input.Put(key, value);
                default -> look(key);
            };
        }

        @Override
        public KeyValueModel.Input look(String key) {
            return new KeyValueModel.Input.Get(key);
        }

        @Override
        public KeyValueModel.Input change(KeyValueModel.Entry state, String key, long unique) {
            return new KeyValueModel.Input.Put(key, Long.toString(unique));
        }

        @Override
        public KeyValueModel.Output answer(KeyValueModel.Entry state, KeyValueModel.Input input) {
            if (input instanceof KeyValueModel.Input.Get) {
                return new KeyValueModel.Output.Value(state.value());
            }
            if (input instanceof KeyValueModel.Input.Cas cas) {
                return new KeyValueModel.Output.Swapped(cas.expected().equals(state.value()));
            }
            return input instanceof KeyValueModel.Input.PutIfAbsent
                    ? new KeyValueModel.Output.Swapped(state.value() == null)
                    : new KeyValueModel.Output.Done();
        }

        @Override
        public KeyValueModel.Output phantom(KeyValueModel.Entry state) {
            return new KeyValueModel.Output.Value("phantom");
        }
    }

    /** Transactions over four registers, x0 to x3. */
    record Registers(MultiRegisterModel model)
            implements Sampler<Map<String, String>, MultiRegisterModel.Input, MultiRegisterModel.Output> {
        private static final int REGISTERS = 4;

        @Override
        public MultiRegisterModel.Input any(Map<String, String> state, String key, long unique, Random random) {
            List<MultiRegisterModel.Input.Part> parts = new ArrayList<>();
            int steps = 1 + random.nextInt(2);
            for (int i = 0; i < steps; i++) {
                String register = "x" + random.nextInt(REGISTERS);
                parts.add(
                        random.nextInt(3) == 0
                                ? new MultiRegisterModel.Input.Part.Write(register, unique + (i == 0 ? "" : "b"))
                                : new MultiRegisterModel.Input.Part.Read(register));
            }
            return new MultiRegisterModel.Input(parts);
        }

        @Override
        public MultiRegisterModel.Input look(String key) {
            return new MultiRegisterModel.Input(List.of(new MultiRegisterModel.Input.Part.Read("x0")));
        }

        @Override
        public MultiRegisterModel.Input change(Map<String, String> state, String key, long unique) {
            return new MultiRegisterModel.Input(
                    List.of(new MultiRegisterModel.Input.Part.Write("x0", Long.toString(unique))));
        }

        @Override
        public MultiRegisterModel.Output answer(Map<String, String> state, MultiRegisterModel.Input input) {
            Map<String, String> now = new TreeMap<>(state);
            List<@Nullable String> values = new ArrayList<>();
            for (MultiRegisterModel.Input.Part part : input.parts()) {
                if (part instanceof MultiRegisterModel.Input.Part.Write write) {
                    now.put(write.register(), write.value());
                } else if (part instanceof MultiRegisterModel.Input.Part.Read read) {
                    values.add(now.get(read.register()));
                }
            }
            return new MultiRegisterModel.Output(values);
        }

        @Override
        public MultiRegisterModel.Output phantom(Map<String, String> state) {
            return new MultiRegisterModel.Output(Collections.singletonList("phantom"));
        }
    }

    /** A set to which things are added, and of which some are removed. */
    record Set(SetModel model) implements Sampler<Bag, SetModel.Input, SetModel.Output> {
        private static final int KEPT = 8;

        @Override
        public SetModel.Input any(Bag state, String key, long unique, Random random) {
            int dice = random.nextInt(10);
            if (dice < 3) {
                return look(key);
            }
            List<String> first = state.values(KEPT);
            if (dice < 5 && !first.isEmpty()) {
                return new SetModel.Input.Contains(first.get(random.nextInt(first.size())));
            }
            // About as many go as come, so that what is read stays short.
            return first.size() == KEPT || (dice == 5 && !first.isEmpty())
                    ? new SetModel.Input.Remove(first.get(random.nextInt(first.size())))
                    : change(state, key, unique);
        }

        @Override
        public SetModel.Input look(String key) {
            return new SetModel.Input.Read();
        }

        @Override
        public SetModel.Input change(Bag state, String key, long unique) {
            return new SetModel.Input.Add(Long.toString(unique));
        }

        @Override
        public SetModel.Output answer(Bag state, SetModel.Input input) {
            if (input instanceof SetModel.Input.Read) {
                return new SetModel.Output.Values(state);
            }
            return input instanceof SetModel.Input.Contains asked
                    ? new SetModel.Output.Found(state.count(asked.value()) > 0)
                    : new SetModel.Output.Done();
        }

        @Override
        public SetModel.Output phantom(Bag state) {
            return new SetModel.Output.Values(state.with("phantom"));
        }
    }

    /** A queue in order, from which a look takes something. */
    record Queue(QueueModel model) implements Sampler<Fifo, QueueModel.Input, QueueModel.Output> {
        /** The order of what is put in at once shows only when it is taken, and doubles what may be for so long. */
        private static final int BACKLOG = 3;

        @Override
        public QueueModel.Input any(Fifo state, String key, long unique, Random random) {
            return state.size() < BACKLOG && random.nextInt(10) < 5
                    ? new QueueModel.Input.Enqueue(Long.toString(unique))
                    : look(key);
        }

        @Override
        public QueueModel.Input look(String key) {
            return new QueueModel.Input.Dequeue();
        }

        @Override
        public QueueModel.Input change(Fifo state, String key, long unique) {
            return state.size() > 0 ? look(key) : new QueueModel.Input.Enqueue(Long.toString(unique));
        }

        @Override
        public QueueModel.Output answer(Fifo state, QueueModel.Input input) {
            return input instanceof QueueModel.Input.Enqueue
                    ? new QueueModel.Output.Enqueued()
                    : new QueueModel.Output.Taken(state.first());
        }

        @Override
        public QueueModel.Output phantom(Fifo state) {
            return new QueueModel.Output.Taken("phantom");
        }
    }

    /** A queue without order. */
    record BagQueue(BagQueueModel model) implements Sampler<BagQueueModel.State, QueueModel.Input, QueueModel.Output> {
        @Override
        public QueueModel.Input any(BagQueueModel.State state, String key, long unique, Random random) {
            return random.nextInt(10) < 5 ? new QueueModel.Input.Enqueue(Long.toString(unique)) : look(key);
        }

        @Override
        public QueueModel.Input look(String key) {
            return new QueueModel.Input.Dequeue();
        }

        @Override
        public QueueModel.Input change(BagQueueModel.State state, String key, long unique) {
            return state.values().size() > state.takenUnseen()
                    ? look(key)
                    : new QueueModel.Input.Enqueue(Long.toString(unique));
        }

        @Override
        public QueueModel.Output answer(BagQueueModel.State state, QueueModel.Input input) {
            if (input instanceof QueueModel.Input.Enqueue) {
                return new QueueModel.Output.Enqueued();
            }
            boolean empty = state.values().size() == state.takenUnseen();
            return new QueueModel.Output.Taken(
                    empty ? null : state.values().values(1).get(0));
        }

        @Override
        public QueueModel.Output phantom(BagQueueModel.State state) {
            return new QueueModel.Output.Taken("phantom");
        }
    }

    /** A counter that only grows, so that no value comes twice. */
    record Counter(CounterModel model) implements Sampler<Long, CounterModel.Input, CounterModel.Output> {
        @Override
        public CounterModel.Input any(Long state, String key, long unique, Random random) {
            return random.nextInt(10) < 4 ? look(key) : new CounterModel.Input.Add(key, 1 + random.nextInt(5));
        }

        @Override
        public CounterModel.Input look(String key) {
            return new CounterModel.Input.Read(key);
        }

        @Override
        public CounterModel.Input change(Long state, String key, long unique) {
            return new CounterModel.Input.Add(key, 1);
        }

        @Override
        public CounterModel.Output answer(Long state, CounterModel.Input input) {
            return new CounterModel.Output(input instanceof CounterModel.Input.Read ? state : null);
        }

        @Override
        public CounterModel.Output phantom(Long state) {
            return new CounterModel.Output(state - MANY);
        }
    }

    /** A stock out of which is sold, and which is filled up again. */
    record BoundedCounter(BoundedCounterModel model)
            implements Sampler<Long, BoundedCounterModel.Input, BoundedCounterModel.Output> {
        @Override
        public BoundedCounterModel.Input any(Long state, String key, long unique, Random random) {
            int dice = random.nextInt(10);
            if (dice < 3) {
                return look(key);
            }
            return dice < 7
                    ? new BoundedCounterModel.Input.Spend(key, 1 + random.nextInt(3))
                    : new BoundedCounterModel.Input.Gain(key, 1 + random.nextInt(4));
        }

        @Override
        public BoundedCounterModel.Input look(String key) {
            return new BoundedCounterModel.Input.Read(key);
        }

        @Override
        public BoundedCounterModel.Input change(Long state, String key, long unique) {
            return state < model.ceiling()
                    ? new BoundedCounterModel.Input.Gain(key, 1)
                    : new BoundedCounterModel.Input.Spend(key, 1);
        }

        @Override
        public BoundedCounterModel.Output answer(Long state, BoundedCounterModel.Input input) {
            if (input instanceof BoundedCounterModel.Input.Read) {
                return new BoundedCounterModel.Output.Value(state);
            }
            boolean fits = input instanceof BoundedCounterModel.Input.Spend spend
                    ? state - spend.amount() >= model.floor()
                    : model.ceiling() - state >= ((BoundedCounterModel.Input.Gain) input).amount();
            return fits ? new BoundedCounterModel.Output.Accepted() : new BoundedCounterModel.Output.Limit();
        }

        @Override
        public BoundedCounterModel.Output phantom(Long state) {
            return new BoundedCounterModel.Output.Value(state + MANY);
        }
    }

    /** A lock; who finds it taken waits. What shows its state is to try to take it. */
    record Mutex(MutexModel model) implements Sampler<Boolean, MutexModel.Input, MutexModel.Output> {
        @Override
        public MutexModel.Input any(Boolean state, String key, long unique, Random random) {
            return state ? MutexModel.Input.RELEASE : MutexModel.Input.ACQUIRE;
        }

        @Override
        public MutexModel.Input look(String key) {
            return MutexModel.Input.ACQUIRE;
        }

        @Override
        public MutexModel.Input change(Boolean state, String key, long unique) {
            return state ? MutexModel.Input.RELEASE : MutexModel.Input.ACQUIRE;
        }

        @Override
        public MutexModel.@Nullable Output answer(Boolean state, MutexModel.Input input) {
            return (input == MutexModel.Input.ACQUIRE) == state ? null : MutexModel.Output.DONE;
        }

        @Override
        public MutexModel.Output phantom(Boolean state) {
            return MutexModel.Output.DONE;
        }
    }

    /** A lease that goes from one to the next, and is used in between. What shows its state is to take it. */
    record Lease(LeaseModel model) implements Sampler<LeaseModel.State, LeaseModel.Input, LeaseModel.Output> {
        @Override
        public LeaseModel.Input any(LeaseModel.State state, String key, long unique, Random random) {
            if (state.granted() < 0) {
                return look(key);
            }
            int dice = random.nextInt(10);
            if (dice < 4) {
                return look(key);
            }
            return dice < 8
                    ? new LeaseModel.Input.Use(key, state.granted() - (dice == 7 && state.granted() > 0 ? 1 : 0))
                    : new LeaseModel.Input.Release(key, state.granted());
        }

        @Override
        public LeaseModel.Input look(String key) {
            return new LeaseModel.Input.Acquire(key);
        }

        @Override
        public LeaseModel.Input change(LeaseModel.State state, String key, long unique) {
            boolean held = state.holder() >= 0 && !model.expires();
            return held ? new LeaseModel.Input.Release(key, state.holder()) : new LeaseModel.Input.Acquire(key);
        }

        @Override
        public LeaseModel.Output answer(LeaseModel.State state, LeaseModel.Input input) {
            if (input instanceof LeaseModel.Input.Acquire) {
                boolean free = model.expires() || state.holder() == -1;
                return free ? new LeaseModel.Output.Granted(state.granted() + 1) : new LeaseModel.Output.Refused();
            }
            if (input instanceof LeaseModel.Input.Use use) {
                boolean fresh = use.token() >= state.used() && (use.token() <= state.granted() || state.unseen());
                return fresh ? new LeaseModel.Output.Done() : new LeaseModel.Output.Refused();
            }
            boolean holds = model.expires() || ((LeaseModel.Input.Release) input).token() == state.holder();
            return holds ? new LeaseModel.Output.Done() : new LeaseModel.Output.Refused();
        }

        @Override
        public LeaseModel.Output phantom(LeaseModel.State state) {
            return state.granted() >= 0
                    ? new LeaseModel.Output.Granted(state.granted())
                    : new LeaseModel.Output.Refused();
        }
    }

    /** Requests that are submitted several times. */
    record Submit(SubmitModel model) implements Sampler<SubmitModel.State, SubmitModel.Input, SubmitModel.Output> {
        @Override
        public SubmitModel.Input any(SubmitModel.State state, String key, long unique, Random random) {
            int dice = random.nextInt(10);
            if (dice < 3) {
                return look(key);
            }
            return dice == 3 ? new SubmitModel.Input.Submit(key, "other") : change(state, key, unique);
        }

        @Override
        public SubmitModel.Input look(String key) {
            return new SubmitModel.Input.Lookup(key);
        }

        @Override
        public SubmitModel.Input change(SubmitModel.State state, String key, long unique) {
            return new SubmitModel.Input.Submit(key, Objects.requireNonNullElse(state.payload(), "order of " + key));
        }

        @Override
        public SubmitModel.Output answer(SubmitModel.State state, SubmitModel.Input input) {
            String payload = state.payload();
            if (input instanceof SubmitModel.Input.Lookup) {
                return payload == null ? new SubmitModel.Output.NotFound() : receipt(state, input.id());
            }
            boolean another = payload != null && !payload.equals(((SubmitModel.Input.Submit) input).payload());
            return another ? new SubmitModel.Output.Mismatch() : receipt(state, input.id());
        }

        private static SubmitModel.Output receipt(SubmitModel.State state, String id) {
            return new SubmitModel.Output.Receipt(Objects.requireNonNullElse(state.result(), "receipt of " + id));
        }

        @Override
        public SubmitModel.Output phantom(SubmitModel.State state) {
            return state.payload() == null
                    ? new SubmitModel.Output.Receipt("phantom")
                    : new SubmitModel.Output.NotFound();
        }
    }

    /** Many of one kind. */
    record Keyed<S, I, O>(Sampler<S, I, O> one, Model<S, dev.danta.check.model.Keyed<I>, O> model)
            implements Sampler<S, dev.danta.check.model.Keyed<I>, O> {
        @Override
        public dev.danta.check.model.Keyed<I> any(S state, String key, long unique, Random random) {
            return new dev.danta.check.model.Keyed<>(key, one.any(state, key, unique, random));
        }

        @Override
        public dev.danta.check.model.Keyed<I> look(String key) {
            return new dev.danta.check.model.Keyed<>(key, one.look(key));
        }

        @Override
        public dev.danta.check.model.Keyed<I> change(S state, String key, long unique) {
            return new dev.danta.check.model.Keyed<>(key, one.change(state, key, unique));
        }

        @Override
        public @Nullable O answer(S state, dev.danta.check.model.Keyed<I> input) {
            return one.answer(state, input.input());
        }

        @Override
        public O phantom(S state) {
            return one.phantom(state);
        }
    }
}
