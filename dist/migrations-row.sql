insert into :table ("hash", "created_at") values (:hash, :when)
