package dev.danta.ir.epoch;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.runtime.Effect;
import java.util.List;

/**
 * Who is to become a member, while it is copied to from one that is: again and again, for the member goes on meanwhile, until
 * hardly anything is left or it does not become less.
 */
final class Newcomer {
    /** So often everything is gone through at most. */
    private static final int ROUNDS_MAX = 4;
    /** So few pages with something in them are soon brought again when all stand still. */
    private static final long PAGES_LEFT = 4;
    /** So often in a row nothing comes on before another source is tried. */
    private static final int IDLE_MAX = 4;
    /** So often in a row before a newcomer that does not answer is left behind; it may have to give up another transfer. */
    private static final int SILENT_MAX = 8;

    private final StateTransfer transfer;
    private final List<StateTransfer.Reader> sources;
    private Standing standing = Standing.UNDER_WAY;
    private int tried;
    private int rounds;
    private long before = Long.MAX_VALUE;
    private long answersSeen;
    private int idle;

    private enum Standing {
        UNDER_WAY,
        READY,
        LEFT_BEHIND
    }

    /** @param sources whom to ask, the better ones first */
    Newcomer(StateTransfer transfer, List<StateTransfer.Reader> sources) {
        this.transfer = transfer;
        this.sources = List.copyOf(sources);
    }

    StateTransfer transfer() {
        return transfer;
    }

    boolean isUnderWay() {
        return standing == Standing.UNDER_WAY;
    }

    boolean isReady() {
        return standing == Standing.READY;
    }

    void begin(List<Effect> effects) {
        if (tried == sources.size()) {
            standing = Standing.LEFT_BEHIND;
        } else {
            transfer.begin(List.of(sources.get(tried)), null, StateTransfer.Purpose.BRING, effects);
        }
    }

    /** Some time has passed. */
    void again(List<Effect> effects) {
        if (!isUnderWay()) {
            return;
        }
        boolean comesOn = transfer.answers() != answersSeen;
        answersSeen = transfer.answers();
        idle = comesOn ? 0 : idle + 1;
        boolean isSilent = transfer.waitsForTarget();
        if (isSilent && idle >= SILENT_MAX) {
            standing = Standing.LEFT_BEHIND;
        } else if (!isSilent && idle >= IDLE_MAX) {
            idle = 0;
            tried++;
            begin(effects);
        } else {
            transfer.resend(effects);
        }
    }

    void onReply(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        if (!isUnderWay()) {
            return;
        }
        transfer.onReply(from, reply, effects);
        if (!transfer.isOver()) {
            return;
        }
        rounds++;
        boolean isLess = transfer.taken() <= before / 4 * 3;
        if (transfer.taken() <= PAGES_LEFT || rounds >= ROUNDS_MAX || !isLess) {
            standing = Standing.READY;
        } else {
            before = transfer.taken();
            begin(effects);
        }
    }
}
