package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A lock that one process at a time can have: acquire when it is free, release when it is not. Who has it is not looked at, so
 * that a process may release for another.
 */
public record MutexModel() implements Model<Boolean, MutexModel.Input, MutexModel.Output> {

    /** What is asked of a lock. */
    public enum Input {
        ACQUIRE,
        RELEASE
    }

    /** What a lock answers; who is refused is no part of a history. */
    public enum Output {
        DONE
    }

    @Override
    public String name() {
        return "mutex";
    }

    /** Free. */
    @Override
    public Boolean init(String partition) {
        return false;
    }

    @Override
    public Step<Boolean> step(Boolean taken, Input input, Output output, Cancellation cancellation) {
        if (input == Input.ACQUIRE) {
            return taken ? Step.illegal(() -> "acquired while it was taken") : Step.legal(true);
        }
        return taken ? Step.legal(false) : Step.illegal(() -> "released while it was free");
    }

    @Override
    public Boolean stepUnknown(Boolean taken, Input input, Cancellation cancellation) {
        return input == Input.ACQUIRE;
    }

    @Override
    public boolean readOnly(Input input) {
        return false;
    }

    @Override
    public String describe(Input input, @Nullable Output output) {
        return input.name().toLowerCase(Locale.ROOT) + (output == null ? " -> unknown" : "");
    }

    @Override
    public String describeState(Boolean taken) {
        return taken ? "taken" : "free";
    }
}
