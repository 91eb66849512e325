-- publications, with the tables they name; a whole schema is `schema.*`
select
  p.oid,
  pg_catalog.quote_ident(p.pubname) as object,
  p.pubname::text as name,
  p.puballtables as "allTables",
  (
    select coalesce(pg_catalog.json_agg(m.member order by m.member collate pg_catalog."C"), '[]')
    from (
      select pg_catalog.format('%I.%I', n.nspname, c.relname) as member
      from pg_catalog.pg_publication_rel as r
      join pg_catalog.pg_class as c on c.oid = r.prrelid
      join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
      where r.prpubid = p.oid
      union all
      select pg_catalog.format('%I.*', n.nspname)
      from pg_catalog.pg_publication_namespace as s
      join pg_catalog.pg_namespace as n on n.oid = s.pnnspid
      where s.pnpubid = p.oid
    ) as m
  ) as tables,
  pg_catalog.md5(
    pg_catalog.concat_ws(
      '|',
      (
        select pg_catalog.string_agg(r.prrelid::text, ',' order by r.prrelid)
        from pg_catalog.pg_publication_rel as r
        where r.prpubid = p.oid
      ),
      'schemas',
      (
        select pg_catalog.string_agg(s.pnnspid::text, ',' order by s.pnnspid)
        from pg_catalog.pg_publication_namespace as s
        where s.pnpubid = p.oid
      )
    )
  ) as stored
from pg_catalog.pg_publication as p
order by object
