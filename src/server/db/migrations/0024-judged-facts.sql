-- The facts that a decision was judged with, apart from the large basis: what another version of a pack would have said of a
-- year of decisions is read from these alone.
alter table decision add column judged_facts jsonb generated always as (basis -> 'options' -> 'facts') stored;
create index decision_at on decision (at, id);
