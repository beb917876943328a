package dev.danta.check;

import dev.danta.check.model.Bag;
import dev.danta.check.model.BagQueueModel;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.CounterModel;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.Keyed;
import dev.danta.check.model.KeyedModel;
import dev.danta.check.model.LeaseModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.QueueModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.SetModel;
import dev.danta.check.model.SubmitModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A model with every question of a small world, and every answer that each could be given. */
record Domain<S, I, O>(String name, Model<S, I, O> model, List<I> inputs, Answers<I, O> answers, boolean exact) {

    /**
     * A domain whose model says exactly what every question is answered and leads to. Others have one state for all that an
     * unknown outcome may lead to, because which of them it is shows later, or leave a choice of answers.
     */
    Domain(String name, Model<S, I, O> model, List<I> inputs, Answers<I, O> answers) {
        this(name, model, inputs, answers, true);
    }

    private Domain<S, I, O> summingUp() {
        return new Domain<>(name, model, inputs, answers, false);
    }

    interface Answers<I, O> {
        List<O> to(I input);
    }

    @Override
    public String toString() {
        return name;
    }

    static Stream<Domain<?, ?, ?>> all() {
        return Stream.of(
                register("register", new RegisterModel()),
                register(
                        "register with initial value, refusals dropped",
                        new RegisterModel("0", RegisterModel.FailedCas.DROPPED, RegisterModel.NilRead.WILDCARD)),
                table("table", new KeyValueModel()),
                table("table with initial value", new KeyValueModel("0")),
                counter("stock", BoundedCounterModel.stock(2)),
                counter("counter between bounds", new BoundedCounterModel(0, -1, 2)),
                registers("registers", new MultiRegisterModel(Map.of("x", "0"), RegisterModel.NilRead.ABSENT)),
                versions().summingUp(),
                set(),
                queue("queue", new QueueModel()),
                queue("queue without order", new BagQueueModel()).summingUp(),
                adder().summingUp(),
                lease("lease", new LeaseModel(true)).summingUp(),
                lease("lock with tokens", new LeaseModel(false)).summingUp(),
                submit().summingUp(),
                locks());
    }

    static Domain<KeyValueModel.Entry, KeyValueModel.Input, KeyValueModel.Output> versions() {
        List<KeyValueModel.Input> inputs = new ArrayList<>();
        inputs.add(new KeyValueModel.Input.Get("a"));
        inputs.add(new KeyValueModel.Input.Get("a"));
        inputs.add(new KeyValueModel.Input.Put("a", "0"));
        inputs.add(new KeyValueModel.Input.Put("a", "1"));
        inputs.add(new KeyValueModel.Input.Delete("a"));
        inputs.add(new KeyValueModel.Input.CasVersion("a", 1, "1"));
        inputs.add(new KeyValueModel.Input.CasVersion("a", 2, "0"));
        return new Domain<>("table with versions", new KeyValueModel(), inputs, input -> {
            List<KeyValueModel.Output> answers = new ArrayList<>();
            for (long version = 1; version <= 5; version++) {
                if (input instanceof KeyValueModel.Input.Get) {
                    for (String value : Arrays.asList(null, "0", "1")) {
                        answers.add(new KeyValueModel.Output.Value(value, version));
                    }
                } else if (input instanceof KeyValueModel.Input.CasVersion) {
                    answers.add(new KeyValueModel.Output.Swapped(true, version));
                } else {
                    answers.add(new KeyValueModel.Output.Done(version));
                }
            }
            if (input instanceof KeyValueModel.Input.CasVersion) {
                answers.add(new KeyValueModel.Output.Swapped(true));
                answers.add(new KeyValueModel.Output.Swapped(false));
                answers.add(new KeyValueModel.Output.Swapped(false, 1L));
                answers.add(new KeyValueModel.Output.Swapped(false, 2L));
            } else if (!(input instanceof KeyValueModel.Input.Get)) {
                answers.add(new KeyValueModel.Output.Done());
            } else {
                answers.add(new KeyValueModel.Output.Value(null));
            }
            return answers;
        });
    }

    private static Domain<?, ?, ?> set() {
        List<SetModel.Input> inputs = new ArrayList<>();
        inputs.add(new SetModel.Input.Read());
        inputs.add(new SetModel.Input.Read());
        for (String value : List.of("a", "b")) {
            inputs.add(new SetModel.Input.Add(value));
            inputs.add(new SetModel.Input.Remove(value));
            inputs.add(new SetModel.Input.Contains(value));
        }
        return new Domain<>("set", new SetModel(), inputs, input -> {
            if (input instanceof SetModel.Input.Contains) {
                return List.of(new SetModel.Output.Found(true), new SetModel.Output.Found(false));
            }
            return input instanceof SetModel.Input.Read
                    ? Stream.of(List.<String>of(), List.of("a"), List.of("b"), List.of("a", "b"))
                            .<SetModel.Output>map(values -> new SetModel.Output.Values(Bag.of(values)))
                            .toList()
                    : List.of(new SetModel.Output.Done());
        });
    }

    private static <S> Domain<?, ?, ?> queue(String name, Model<S, QueueModel.Input, QueueModel.Output> model) {
        List<QueueModel.Input> inputs = List.of(
                new QueueModel.Input.Enqueue("a"),
                new QueueModel.Input.Enqueue("b"),
                new QueueModel.Input.Dequeue(),
                new QueueModel.Input.Dequeue());
        return new Domain<>(
                name,
                model,
                inputs,
                input -> input instanceof QueueModel.Input.Enqueue
                        ? List.of(new QueueModel.Output.Enqueued())
                        : List.of(
                                new QueueModel.Output.Taken("a"),
                                new QueueModel.Output.Taken("b"),
                                new QueueModel.Output.Taken(null)));
    }

    private static Domain<?, ?, ?> adder() {
        List<CounterModel.Input> inputs = List.of(
                new CounterModel.Input.Read(""),
                new CounterModel.Input.Read(""),
                new CounterModel.Input.Add("", 0),
                new CounterModel.Input.Add("", 1),
                new CounterModel.Input.Add("", 1),
                new CounterModel.Input.Add("", -1));
        return new Domain<>("counter", new CounterModel(0), inputs, input -> {
            List<CounterModel.Output> answers = new ArrayList<>();
            for (long value = -2; value <= 3; value++) {
                answers.add(new CounterModel.Output(value));
            }
            if (input instanceof CounterModel.Input.Add) {
                answers.add(new CounterModel.Output(null));
            }
            return answers;
        });
    }

    private static Domain<?, ?, ?> lease(String name, LeaseModel model) {
        List<LeaseModel.Input> inputs = new ArrayList<>();
        for (long token = 1; token <= 3; token++) {
            inputs.add(new LeaseModel.Input.Acquire(""));
            inputs.add(new LeaseModel.Input.Release("", token));
            inputs.add(new LeaseModel.Input.Use("", token));
        }
        return new Domain<>(name, model, inputs, input -> {
            List<LeaseModel.Output> answers = new ArrayList<>();
            if (input instanceof LeaseModel.Input.Acquire) {
                for (long token = 1; token <= 3; token++) {
                    answers.add(new LeaseModel.Output.Granted(token));
                }
            } else {
                answers.add(new LeaseModel.Output.Done());
            }
            answers.add(new LeaseModel.Output.Refused());
            return answers;
        });
    }

    private static Domain<?, ?, ?> submit() {
        List<SubmitModel.Input> inputs = List.of(
                new SubmitModel.Input.Submit("r", "x"),
                new SubmitModel.Input.Submit("r", "x"),
                new SubmitModel.Input.Submit("r", "y"),
                new SubmitModel.Input.Lookup("r"));
        return new Domain<>("submit", new SubmitModel(), inputs, input -> {
            List<SubmitModel.Output> answers = new ArrayList<>();
            answers.add(new SubmitModel.Output.Receipt("1"));
            answers.add(new SubmitModel.Output.Receipt("2"));
            answers.add(new SubmitModel.Output.Receipt(null));
            answers.add(
                    input instanceof SubmitModel.Input.Lookup
                            ? new SubmitModel.Output.NotFound()
                            : new SubmitModel.Output.Mismatch());
            return answers;
        });
    }

    private static Domain<?, ?, ?> locks() {
        List<Keyed<MutexModel.Input>> inputs = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            for (MutexModel.Input input : MutexModel.Input.values()) {
                inputs.add(new Keyed<>(key, input));
            }
        }
        return new Domain<>(
                "locks", new KeyedModel<>(new MutexModel()), inputs, input -> List.of(MutexModel.Output.DONE));
    }

    private static Domain<?, ?, ?> register(String name, RegisterModel model) {
        List<RegisterModel.Input> inputs = new ArrayList<>();
        inputs.add(new RegisterModel.Input.Read());
        inputs.add(new RegisterModel.Input.Read());
        for (String a : List.of("0", "1", "2")) {
            inputs.add(new RegisterModel.Input.Write(a));
            for (String b : List.of("0", "1")) {
                inputs.add(new RegisterModel.Input.Cas(a, b));
            }
        }
        return new Domain<>(name, model, inputs, input -> {
            if (input instanceof RegisterModel.Input.Read) {
                return List.of(
                        new RegisterModel.Output.Value(null),
                        new RegisterModel.Output.Value("0"),
                        new RegisterModel.Output.Value("1"),
                        new RegisterModel.Output.Value("2"));
            }
            return input instanceof RegisterModel.Input.Write
                    ? List.of(new RegisterModel.Output.Written())
                    : List.of(new RegisterModel.Output.Swapped(true), new RegisterModel.Output.Swapped(false));
        });
    }

    private static Domain<?, ?, ?> table(String name, KeyValueModel model) {
        List<KeyValueModel.Input> inputs = new ArrayList<>();
        for (String key : List.of("a", "b")) {
            inputs.add(new KeyValueModel.Input.Get(key));
            inputs.add(new KeyValueModel.Input.Get(key));
            inputs.add(new KeyValueModel.Input.Delete(key));
            inputs.add(new KeyValueModel.Input.Append(key, "1"));
            for (String value : List.of("0", "1")) {
                inputs.add(new KeyValueModel.Input.Put(key, value));
                inputs.add(new KeyValueModel.Input.PutIfAbsent(key, value));
                inputs.add(new KeyValueModel.Input.Cas(key, value, "1"));
            }
        }
        return new Domain<>(name, model, inputs, input -> {
            if (input instanceof KeyValueModel.Input.Get) {
                return List.of(
                        new KeyValueModel.Output.Value(null),
                        new KeyValueModel.Output.Value("0"),
                        new KeyValueModel.Output.Value("1"),
                        new KeyValueModel.Output.Value("11"));
            }
            return input instanceof KeyValueModel.Input.Cas || input instanceof KeyValueModel.Input.PutIfAbsent
                    ? List.of(new KeyValueModel.Output.Swapped(true), new KeyValueModel.Output.Swapped(false))
                    : List.of(new KeyValueModel.Output.Done());
        });
    }

    private static Domain<?, ?, ?> registers(String name, MultiRegisterModel model) {
        List<MultiRegisterModel.Input.Part> parts = List.of(
                new MultiRegisterModel.Input.Part.Read("x"),
                new MultiRegisterModel.Input.Part.Read("y"),
                new MultiRegisterModel.Input.Part.Write("x", "1"),
                new MultiRegisterModel.Input.Part.Write("y", "1"));
        List<MultiRegisterModel.Input> inputs = new ArrayList<>();
        for (MultiRegisterModel.Input.Part one : parts) {
            inputs.add(new MultiRegisterModel.Input(List.of(one)));
            parts.forEach(other -> inputs.add(new MultiRegisterModel.Input(List.of(one, other))));
        }
        return new Domain<>(name, model, inputs, input -> {
            List<List<String>> answers = List.of(List.of());
            for (MultiRegisterModel.Input.Part part : input.parts()) {
                if (part instanceof MultiRegisterModel.Input.Part.Read) {
                    List<List<String>> longer = new ArrayList<>();
                    for (List<String> answer : answers) {
                        for (String value : Arrays.asList(null, "0", "1")) {
                            List<String> more = new ArrayList<>(answer);
                            more.add(value);
                            longer.add(more);
                        }
                    }
                    answers = longer;
                }
            }
            return answers.stream().map(MultiRegisterModel.Output::new).toList();
        });
    }

    private static Domain<?, ?, ?> counter(String name, BoundedCounterModel model) {
        List<BoundedCounterModel.Input> inputs = new ArrayList<>();
        inputs.add(new BoundedCounterModel.Input.Read(""));
        for (long amount : new long[] {0, 1, 1, 2}) {
            inputs.add(new BoundedCounterModel.Input.Spend("", amount));
            inputs.add(new BoundedCounterModel.Input.Gain("", amount));
        }
        inputs.add(new BoundedCounterModel.Input.Spend("", 1, 1));
        return new Domain<>(name, model, inputs, input -> {
            if (input instanceof BoundedCounterModel.Input.Read) {
                List<BoundedCounterModel.Output> values = new ArrayList<>();
                for (long value = -2; value <= 3; value++) {
                    values.add(new BoundedCounterModel.Output.Value(value));
                }
                return values;
            }
            return List.of(new BoundedCounterModel.Output.Accepted(), new BoundedCounterModel.Output.Limit());
        });
    }
}
