package dev.danta.ir.epoch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** protocol.md 9, 3: what becomes of one operation, by what the sealed members know of it; n = 3, q = 2. */
class MergeTest {
    private static final ClientId OWNER = new ClientId(0, 7);
    private static final ClientId DRIVER = new ClientId(0, 9);
    private static final Timestamp ID = at(1_000);
    private static final Vote NO = new Vote.No(Refusal.Barred.PROMISED);
    private static final OpRecord BLANK = OpRecord.blank(ID);

    private static Timestamp at(long micros) {
        return new Timestamp(micros, OWNER);
    }

    private static OpRecord ok(long micros) {
        return BLANK.withVote(new Vote.Ok(at(micros)));
    }

    private static OpRecord accepted(int round, Result result) {
        return BLANK.withVote(NO).withAccepted(new Acceptance(new Ballot(1, round, DRIVER), result));
    }

    private static Merge.Verdict verdict(@Nullable OpRecord... found) {
        List<Merge.Known> known = Arrays.stream(found)
                .map(one -> new Merge.Known(ID, one, Watermarks.NONE))
                .toList();
        return Merge.verdict(known, 2);
    }

    private static Merge.Verdict proposed(Result result) {
        return new Merge.Verdict.Proposed(result);
    }

    @Test
    void aDecisionFromAnyoneHolds() {
        Decision commit = new Decision.Commit(at(1_005));
        assertThat(verdict(BLANK.withVote(NO), ok(1_005).withDecision(commit)))
                .isEqualTo(new Merge.Verdict.Settled(commit));
    }

    @Test
    void whatAMemberHasResolvedAndDoesNotKnowWasAborted() {
        Watermarks resolved = Watermarks.NONE.barring(at(2_000)).resolving(at(2_000));
        List<Merge.Known> known =
                List.of(new Merge.Known(ID, ok(1_000), Watermarks.NONE), new Merge.Known(ID, null, resolved));
        assertThat(Merge.verdict(known, 2)).isEqualTo(new Merge.Verdict.Settled(new Decision.Abort()));
    }

    @Test
    void whatAMemberHasForgottenSaysNothing() {
        Watermarks forgotten =
                Watermarks.NONE.barring(at(2_000)).resolving(at(2_000)).deleting(at(2_000));
        List<Merge.Known> known =
                List.of(new Merge.Known(ID, ok(1_000), Watermarks.NONE), new Merge.Known(ID, null, forgotten));
        assertThat(Merge.verdict(known, 2)).isEqualTo(proposed(new Result.Abort()));
    }

    @Test
    void elseTheResultAcceptedAtTheHighestBallot() {
        Result ok = new Result.Ok(at(1_001));
        assertThat(verdict(accepted(1, ok), accepted(2, new Result.Abort()))).isEqualTo(proposed(new Result.Abort()));
        assertThat(verdict(accepted(3, ok), accepted(2, new Result.Abort()))).isEqualTo(proposed(ok));
    }

    @Test
    void elseOkIfQVotesOfTheSealedAreOkAtTheGreatestTimestamp() {
        assertThat(verdict(ok(1_001), ok(1_004))).isEqualTo(proposed(new Result.Ok(at(1_004))));
        assertThat(verdict(ok(1_004), ok(1_001), BLANK.withVote(NO))).isEqualTo(proposed(new Result.Ok(at(1_004))));
    }

    @Test
    void elseAbort() {
        assertThat(verdict(ok(1_001), null)).isEqualTo(proposed(new Result.Abort()));
        assertThat(verdict(ok(1_001), BLANK.withVote(NO))).isEqualTo(proposed(new Result.Abort()));
    }

    @Test
    void aMergedRecordIsAcceptedAboveEveryBallotOfTheEpochBeforeAndVotesAlike() {
        Ballot first = new Ballot(2, 0, DRIVER);
        Result ok = new Result.Ok(at(1_004));
        OpRecord kept = Merge.installed(ID, proposed(ok), null, new Epoch(2), DRIVER);
        assertThat(kept.accepted()).isEqualTo(new Acceptance(first, ok));
        assertThat(kept.promised()).isEqualTo(first).isGreaterThan(new Ballot(1, Integer.MAX_VALUE, OWNER));
        assertThat(kept.vote()).isEqualTo(new Vote.Ok(at(1_004)));
        OpRecord dropped = Merge.installed(ID, proposed(new Result.Abort()), null, new Epoch(2), DRIVER);
        assertThat(dropped.vote()).isInstanceOf(Vote.No.class);
    }

    @Test
    void aLateMemberIsTaughtWhatWasAcceptedAndNoVote() {
        assertThat(Merge.taughtLate(ok(1_001))).isNull();
        OpRecord taught = Merge.taughtLate(
                ok(1_001).withAccepted(new Acceptance(new Ballot(2, 0, DRIVER), new Result.Ok(at(1_001)))));
        assertThat(taught).isNotNull();
        assertThat(taught.vote()).isInstanceOf(Vote.No.class);
        assertThat(taught.holds()).isTrue();
    }
}
