package dev.danta.check;

import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.RegisterModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A model with every question of a small world, and every answer that each could be given. */
record Domain<S, I, O>(String name, Model<S, I, O> model, List<I> inputs, Answers<I, O> answers) {

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
                registers("registers", new MultiRegisterModel(Map.of("x", "0"), RegisterModel.NilRead.ABSENT)));
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
