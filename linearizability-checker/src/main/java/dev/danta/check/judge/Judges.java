package dev.danta.check.judge;

import dev.danta.check.BankCheck;
import dev.danta.check.Model;
import dev.danta.check.history.BoundedCounterCodec;
import dev.danta.check.history.CounterCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.history.KeyedCodec;
import dev.danta.check.history.LeaseCodec;
import dev.danta.check.history.MultiRegisterCodec;
import dev.danta.check.history.MutexCodec;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.history.QueueCodec;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.history.SetCodec;
import dev.danta.check.history.SubmitCodec;
import dev.danta.check.history.ValueKeyCodec;
import dev.danta.check.judge.JudgeSettings.KeyPlace;
import dev.danta.check.model.Bag;
import dev.danta.check.model.BagQueueModel;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.CounterModel;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyedModel;
import dev.danta.check.model.LeaseModel;
import dev.danta.check.model.MultiRegisterModel;
import dev.danta.check.model.MutexModel;
import dev.danta.check.model.QueueModel;
import dev.danta.check.model.RegisterModel;
import dev.danta.check.model.SetModel;
import dev.danta.check.model.SubmitModel;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListsRead;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The judge of every subject, and of what is no subject of ours. */
public final class Judges {
    private Judges() {}

    /**
     * The judge of an own model, or of one of ours whose settings are all as usual.
     *
     * @param codec of histories whose header names the model's {@link Model#name}
     */
    public static <S, I, O> Judge<I, O> of(Model<S, I, O> model, OperationCodec<I, O> codec) {
        return of(model, codec, HistoryHeader.of(model.name()));
    }

    /**
     * The same with more in the header.
     *
     * @param header says what else the model depends on, such as its initial state: of our models as {@link
     *     JudgeSettings#header} puts it
     * @throws IllegalArgumentException if the header is not one for this codec
     */
    public static <S, I, O> Judge<I, O> of(Model<S, I, O> model, OperationCodec<I, O> codec, HistoryHeader header) {
        if (!codec.accepts(header.model())) {
            throw new IllegalArgumentException(
                    "the header says " + header.model() + ", but the codec is for " + codec.model());
        }
        return new SearchJudge<>(header, model, codec);
    }

    /** The judge of transactions over lists. */
    public static Judge<AppendTxn, ListsRead> listAppend(Consistency level) {
        return new ListAppendJudge(
                JudgeSettings.defaults().withConsistency(level).header(Subject.LIST_APPEND), level);
    }

    /** The judge of a bank. */
    public static Judge<BankCheck.Input, BankCheck.Output> bank(long total) {
        return new BankJudge(
                JudgeSettings.defaults().withInitial(Long.toString(total)).header(Subject.BANK), total);
    }

    /**
     * The judge of a subject.
     *
     * @throws IllegalArgumentException if the settings do not suit it; the message is one line
     */
    public static Judge<?, ?> of(Subject subject, JudgeSettings settings) {
        String initial = settings.initial();
        return switch (subject) {
            case REGISTER, CAS_REGISTER ->
                single(
                        subject,
                        new RegisterModel(initial, settings.failedCas(), settings.nilRead()),
                        new RegisterCodec(),
                        settings);
            case KV ->
                keyed(
                        subject,
                        new KeyValueModel(initial, settings.failedCas(), settings.nilRead()),
                        new KeyValueCodec(),
                        settings);
            case MULTI_REGISTER ->
                single(
                        subject,
                        new MultiRegisterModel(values(settings), settings.nilRead()),
                        new MultiRegisterCodec(),
                        settings);
            case SET -> single(subject, SetModel.of(list(settings)), new SetCodec(), settings);
            case QUEUE ->
                single(subject, QueueModel.of(list(settings), settings.nilRead()), QueueCodec.ordered(), settings);
            case UNORDERED_QUEUE ->
                single(
                        subject,
                        new BagQueueModel(Bag.of(list(settings)), settings.nilRead()),
                        QueueCodec.unordered(),
                        settings);
            case MUTEX -> single(subject, new MutexModel(), new MutexCodec(), settings);
            case LEASE -> keyed(subject, new LeaseModel(true), new LeaseCodec(), settings);
            case FENCED_MUTEX -> keyed(subject, new LeaseModel(false), new LeaseCodec(), settings);
            case COUNTER ->
                adding(subject, new CounterModel(number(settings)), new CounterCodec(), settings, CounterModel::new);
            case BOUNDED_COUNTER ->
                adding(
                        subject,
                        counter(number(settings), settings),
                        new BoundedCounterCodec(),
                        settings,
                        value -> counter(value, settings));
            case SUBMIT -> keyed(subject, new SubmitModel(), new SubmitCodec(), settings);
            case BANK -> bank(number(settings));
            case SESSIONS ->
                new SessionsJudge(
                        settings.header(subject),
                        settings.key() == KeyPlace.VALUE0
                                ? new ValueKeyCodec<>(new KeyValueCodec())
                                : new KeyValueCodec());
            case LIST_APPEND -> listAppend(settings.consistency());
            case TXN_REGISTER -> new RegisterJudge(settings, false);
            case LONG_FORK -> new RegisterJudge(settings, true);
            case CONVERGENCE -> new ConvergenceJudge(settings);
            case FEED -> new FeedJudge(settings.header(subject));
        };
    }

    /** An object that has no key by itself. */
    private static <S, I, O> Judge<?, ?> single(
            Subject subject, Model<S, I, O> model, OperationCodec<I, O> codec, JudgeSettings settings) {
        if (settings.key() == KeyPlace.MODEL) {
            return new SearchJudge<>(settings.header(subject), model, codec);
        }
        return keyed(subject, new KeyedModel<>(model), new KeyedCodec<>(codec), settings);
    }

    /** Objects with keys. */
    private static <S, I, O> Judge<?, ?> keyed(
            Subject subject, Model<S, I, O> model, OperationCodec<I, O> codec, JudgeSettings settings) {
        return new SearchJudge<>(
                settings.header(subject),
                model,
                settings.key() == KeyPlace.VALUE0 ? new ValueKeyCodec<>(codec) : codec);
    }

    private static BoundedCounterModel counter(long initial, JudgeSettings settings) {
        return new BoundedCounterModel(initial, settings.floor(), settings.ceiling(), settings.failedCas());
    }

    /** Objects with keys whose state is a sum. */
    private static <S, I, O> Judge<?, ?> adding(
            Subject subject,
            Model<S, I, O> model,
            OperationCodec<I, O> codec,
            JudgeSettings settings,
            Function<S, Model<S, I, O>> beginningWith) {
        return new SearchJudge<>(
                settings.header(subject),
                model,
                settings.key() == KeyPlace.VALUE0 ? new ValueKeyCodec<>(codec) : codec,
                beginningWith);
    }

    private static long number(JudgeSettings settings) {
        String initial = settings.initial();
        try {
            return initial == null ? 0 : Long.parseLong(initial);
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    "this model begins with a number, not with '" + initial + "'", notANumber);
        }
    }

    /** {@code V,V}. */
    private static List<String> list(JudgeSettings settings) {
        String initial = settings.initial();
        return initial == null || initial.isEmpty() ? List.of() : List.of(initial.split(",", -1));
    }

    /** {@code NAME=V,NAME=V}. */
    private static Map<String, String> values(JudgeSettings settings) {
        Map<String, String> values = new TreeMap<>();
        for (String one : list(settings)) {
            int equals = one.indexOf('=');
            if (equals < 1) {
                throw new IllegalArgumentException(
                        "several registers begin with NAME=V,NAME=V, not with '" + settings.initial() + "'");
            }
            values.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return values;
    }
}
