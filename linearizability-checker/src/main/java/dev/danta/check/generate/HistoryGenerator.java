package dev.danta.check.generate;

import dev.danta.check.Model;
import dev.danta.check.history.BankCodec;
import dev.danta.check.history.BoundedCounterCodec;
import dev.danta.check.history.ConvergenceCodec;
import dev.danta.check.history.CounterCodec;
import dev.danta.check.history.FeedCodec;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.history.KeyedCodec;
import dev.danta.check.history.LeaseCodec;
import dev.danta.check.history.ListAppendCodec;
import dev.danta.check.history.MultiRegisterCodec;
import dev.danta.check.history.MutexCodec;
import dev.danta.check.history.OperationCodec;
import dev.danta.check.history.QueueCodec;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.history.RegisterTxnCodec;
import dev.danta.check.history.SetCodec;
import dev.danta.check.history.SubmitCodec;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Subject;
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
import java.util.Map;

/** Makes random histories. Stateless and thread-safe; the same settings give the same history. */
public final class HistoryGenerator {
    private static final long STOCK = 10;

    private HistoryGenerator() {}

    /** A history of a subject. */
    public static Generated<?, ?> generate(Subject subject, GeneratorSettings settings) {
        JudgeSettings begin = JudgeSettings.defaults();
        return switch (subject) {
            case REGISTER ->
                single(subject, settings, new Samplers.Register(new RegisterModel(), false), new RegisterCodec());
            case CAS_REGISTER ->
                single(subject, settings, new Samplers.Register(new RegisterModel(), true), new RegisterCodec());
            case KV -> keyed(subject, settings, begin, new Samplers.Table(new KeyValueModel()), new KeyValueCodec());
            case MULTI_REGISTER ->
                single(
                        subject,
                        settings,
                        new Samplers.Registers(new MultiRegisterModel(Map.of(), RegisterModel.NilRead.ABSENT)),
                        new MultiRegisterCodec());
            case SET -> single(subject, settings, new Samplers.Set(new SetModel()), new SetCodec());
            case QUEUE -> single(subject, settings, new Samplers.Queue(new QueueModel()), QueueCodec.ordered());
            case UNORDERED_QUEUE ->
                single(subject, settings, new Samplers.BagQueue(new BagQueueModel()), QueueCodec.unordered());
            case MUTEX -> single(subject, settings, new Samplers.Mutex(new MutexModel()), new MutexCodec());
            case LEASE -> keyed(subject, settings, begin, new Samplers.Lease(new LeaseModel(true)), new LeaseCodec());
            case FENCED_MUTEX ->
                keyed(subject, settings, begin, new Samplers.Lease(new LeaseModel(false)), new LeaseCodec());
            case COUNTER ->
                keyed(subject, settings, begin, new Samplers.Counter(new CounterModel(0)), new CounterCodec());
            case BOUNDED_COUNTER ->
                keyed(
                        subject,
                        settings,
                        begin.withInitial(Long.toString(STOCK)),
                        new Samplers.BoundedCounter(BoundedCounterModel.stock(STOCK)),
                        new BoundedCounterCodec());
            case SUBMIT -> keyed(subject, settings, begin, new Samplers.Submit(new SubmitModel()), new SubmitCodec());
            case BANK ->
                new Generated<>(
                        header(subject, settings, begin.withInitial(Long.toString(BankPlay.total(settings)))),
                        new BankCodec(),
                        new BankPlay(settings).play());
            case SESSIONS ->
                new Generated<>(
                        header(subject, settings, begin), new KeyValueCodec(), new SessionPlay(settings).play());
            case LIST_APPEND ->
                new Generated<>(header(subject, settings, begin), new ListAppendCodec(), new ListPlay(settings).play());
            case TXN_REGISTER ->
                new Generated<>(
                        header(subject, settings, begin), RegisterTxnCodec.txns(), new RegisterPlay(settings).play());
            case CONVERGENCE ->
                new Generated<>(
                        header(subject, settings, begin), new ConvergenceCodec(), new ConvergencePlay(settings).play());
            case FEED ->
                new Generated<>(header(subject, settings, begin), new FeedCodec(), new FeedPlay(settings).play());
            case LONG_FORK ->
                new Generated<>(
                        header(subject, settings, begin),
                        RegisterTxnCodec.longFork(),
                        new LongForkPlay(settings).play());
        };
    }

    private static HistoryHeader header(Subject subject, GeneratorSettings settings, JudgeSettings begin) {
        return begin.header(subject)
                .withSeed(settings.seed())
                .with("fault", settings.fault().label());
    }

    private static <S, I, O> Generated<I, O> keyed(
            Subject subject,
            GeneratorSettings settings,
            JudgeSettings begin,
            Sampler<S, I, O> sampler,
            OperationCodec<I, O> codec) {
        return new Generated<>(header(subject, settings, begin), codec, new Play<>(sampler, settings).play());
    }

    /** Of a model without keys: with several, each is an object of its own. */
    private static <S, I, O> Generated<?, ?> single(
            Subject subject, GeneratorSettings settings, Sampler<S, I, O> sampler, OperationCodec<I, O> codec) {
        Model<S, I, O> model = sampler.model();
        if (settings.keys() == 1) {
            return keyed(subject, settings, JudgeSettings.defaults(), sampler, codec);
        }
        return keyed(
                subject,
                settings,
                JudgeSettings.defaults().withKey(JudgeSettings.KeyPlace.FIELD),
                new Samplers.Keyed<>(sampler, new KeyedModel<>(model)),
                new KeyedCodec<>(codec));
    }
}
