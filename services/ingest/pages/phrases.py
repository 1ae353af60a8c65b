"""What sites say around their articles, in the languages of the news: whole lines, and labels before a colon."""

from typing import Final

MENU: Final = """
home|homepage|world|politics|business|market|markets|economy|tech|technology|science|health|sport|sports|culture
|opinion|lifestyle|entertainment|travel|video|videos|photos|podcast|podcasts|newsletter|newsletters|menu|search
|search for|log in|login|sign in|sign up|register|subscribe|subscribe now|account|my account|about|about us|contact
|contact us|careers|advertise|advertise with us|archive|archives|rss|more|close|cancel|print|save|listen|next|previous
|back|back to top|top|skip to content|skip to main content|skip to navigation|live|breaking|breaking news
|table of content|table of contents|in this article|contents|loading|show more|load more|view all|see all|x|ok|yes
|no thanks|continue|follow|follow us|app|e-paper|epaper|settings|startseite|politik|wirtschaft|kultur|wissen
|gesundheit|reise|panorama|suche|suchen|anmelden|registrieren|abmelden|abonnieren|abo|mein konto|impressum|kontakt
|über uns|mehr|schließen|drucken|speichern|anhören|weiter|zurück|zum inhalt springen|nach oben|zur startseite|merken
|inhalt|inhaltsverzeichnis|jetzt abonnieren|mediadaten|accueil|politique|économie|monde|santé|sciences|opinions
|rechercher|recherche|se connecter|connexion|s'inscrire|s'abonner|abonnez-vous|je m'abonne|mon compte|à propos
|contactez-nous|mentions légales|fermer|imprimer|écouter|suivant|précédent|retour|aller au contenu
|aller au contenu principal|haut de page|sommaire|voir plus|offrir l'article|inicio|portada|política|economía|mundo
|deportes|salud|ciencia|tecnología|opinión|buscar|iniciar sesión|regístrate|suscríbete|suscribirse|mi cuenta
|quiénes somos|contacto|aviso legal|cerrar|imprimir|guardar|escuchar|menú|siguiente|anterior|volver|ir al contenido
|saltar al contenido|volver arriba|ver más|más|índice|hemeroteca|prima pagina|economia|mondo|esteri|cronaca|salute
|scienza|tecnologia|opinioni|cerca|accedi|registrati|abbonati|il mio account|chi siamo|contatti|note legali|chiudi
|stampa|salva|ascolta|avanti|indietro|vai al contenuto|torna su|mostra altro|altro|indice|início|esportes|desporto
|saúde|ciência|opinião|entrar|assine|assinar|minha conta|quem somos|contato|fechar|salvar|ouvir|próximo|voltar
|ir para o conteúdo|pular para o conteúdo|voltar ao topo|ver mais|mais|cadastre-se|zoeken|inloggen|aanmelden|abonneren
|over ons|sluiten|meer|terug|menu openen|sök|logga in|meny|stäng|prenumerera|søk|logg inn|lukk|søg|log ind|luk|szukaj
|zaloguj się|zamknij|więcej|strona główna|поиск|войти|главная|меню|закрыть|ещё|anasayfa|ara|giriş yap|kapat|hledat
|přihlásit se|přihlásit|ホーム|トップ|ニュース|政治|経済|国際|社会|スポーツ|文化|生活|検索|ログイン|会員登録|新規登録
|購読|お申し込み|メニュー|閉じる|もっと見る|印刷|保存|次へ|前へ|戻る|ページトップへ|ページの先頭へ|目次|本文へ移動
|お問い合わせ|会社概要|速報|有料会員限定|ブックマーク|홈|검색|로그인|회원가입|메뉴|닫기|더보기|首页|搜索|登录|注册
|菜单|关闭|更多|登入|註冊
"""

ADS: Final = """
advertisement|advertising|sponsored|sponsored content|ad|continue reading below|story continues below advertisement
|article continues below|story continues|scroll to continue|advertisement - continue reading below|anzeige|werbung
|publicité|publicidad|pubblicità|publicidade|continua após a publicidade|continua depois da publicidade|advertentie
|annons|annonse|reklama|реклама|reklam|広告|pr|광고|广告|annonce|mainos|reclame|article continues after ad
|advertisement scroll to continue
"""

OTHERS: Final = """
recent news|popular news|latest|latest news|latest stories|latest articles|top stories|top news|trending|trending now
|trending stories|most read|most popular|most viewed|most shared|editor's pick|editor's picks|editors' picks
|recommended|recommended for you|recommended stories|recent posts|recent articles|recent stories|popular posts
|popular articles|popular stories|related|related articles|related article|related stories|related story|related news
|related posts|related content|related topics|related links|related coverage|related video|related videos|read next
|up next|read more|more stories|more news|more articles|more on this|more on this story|more on this topic
|more to explore|explore further|see also|also read|you may like|you may also like|you might also like
|you may also be interested in|don't miss|don’t miss|what to read next|around the web|from the web|promoted stories
|from our partners|featured|featured stories|meistgelesen|meistgelesene artikel|am meisten gelesen|neueste artikel
|neueste nachrichten|aktuelle nachrichten|mehr zum thema|mehr zu diesem thema|zum thema|weitere artikel|weitere themen
|weitere nachrichten|lesen sie auch|lesen sie mehr zum thema|auch interessant|das könnte sie auch interessieren
|das könnte dich auch interessieren|das könnte ihnen auch gefallen|empfohlen|empfehlungen der redaktion
|ähnliche artikel|passend zum thema|top-themen|les plus lus|les plus lues|articles les plus lus|à lire aussi
|lire aussi|sur le même sujet|sur le même thème|à lire également|nos dernières actualités|dernières actualités
|articles liés|articles similaires|à la une|voir aussi|vous aimerez aussi|recommandé pour vous|lo más leído
|lo más visto|más leídas|las más leídas|más leído|lea también|lee también|te puede interesar
|también te puede interesar|le puede interesar|noticias relacionadas|artículos relacionados|más noticias
|más información|últimas noticias|ver también|además|recomendados|i più letti|più letti|le più lette|leggi anche
|ti potrebbe interessare|potrebbe interessarti|potrebbe interessarti anche|articoli correlati|ultime notizie|ultim'ora
|notizie correlate|altri articoli|da non perdere|vedi anche|mais lidas|as mais lidas|mais lidos|leia também|leia mais
|veja também|notícias relacionadas|artigos relacionados|últimas notícias|mais notícias|você pode gostar|recomendadas
|recomendados para você|meest gelezen|lees ook|gerelateerde artikelen|läs också|läs mer|mest läst|les også|mest lest
|læs også|mest læste|czytaj także|zobacz także|czytaj też|polecane|powiązane artykuły|читайте также|по теме|популярное
|самое читаемое|çok okunanlar|ilgili haberler|čtěte také|mohlo by vás zajímat|関連記事|関連ニュース|関連リンク
|関連キーワード|関連トピックス|あわせて読みたい|おすすめ|おすすめ記事|おすすめの記事|注目記事|人気記事
|アクセスランキング|ランキング|新着|新着記事|最新ニュース|最新記事|最近の記事|こちらも読まれています
|よく読まれている記事|人気記事ランキング|主要ニュース|トピックス|ピックアップ|特集|관련기사|관련 기사|많이 본 뉴스
|인기기사|相关阅读|相关新闻|延伸阅读|延伸閱讀|相關新聞|热门|推荐阅读|推薦閱讀|熱門新聞
"""

SHARE: Final = """
share|share this|share this article|share this story|share this post|share article|share on facebook|share on twitter
|share on x|share on linkedin|share on whatsapp|share via email|share via e-mail|facebook|twitter|linkedin|whatsapp
|telegram|reddit|pinterest|instagram|youtube|tiktok|tumblr|flipboard|xing|mastodon|bluesky|threads|email|e-mail|mail
|copy link|copy url|link copied|tweet|tweet this|like this|like|pin it|email this article|print this article
|follow us on|teilen|artikel teilen|per e-mail teilen|auf facebook teilen|auf twitter teilen|auf x teilen
|link kopieren|twittern|beitrag teilen|per mail versenden|partager|partager l'article|partager cet article
|partager sur facebook|copier le lien|envoyer par e-mail|partager sur twitter|compartir|comparte|compartir en facebook
|compartir en twitter|copiar enlace|condividi|condividi su facebook|condividi su twitter|copia link|invia per email
|compartilhar|compartilhe|partilhar|compartilhar no facebook|compartilhar no whatsapp|copiar link|delen
|deel dit artikel|dela|dela artikeln|del|del artikkel|udostępnij|podziel się|поделиться|paylaş|sdílet|シェア
|シェアする|ツイート|ポスト|ポストする|共有|共有する|リンクをコピー|line|はてブ|メール|送る|공유|공유하기|분享|分享
|分享到
"""

AUTHOR: Final = """
about the author|about the authors|more from this author|meet the author|über den autor|über die autorin|zur person
|zum autor|zur autorin|à propos de l'auteur|à propos de l’auteur|l'auteur|sobre el autor|sobre la autora|sobre o autor
|sobre a autora|l'autore|informazioni sull'autore|over de auteur|o autorze|об авторе|著者プロフィール|筆者プロフィール
|この記事を書いた人
"""

COMMENTS: Final = """
join the discussion|join the conversation|join the debate|leave a comment|leave a reply|leave a reply cancel reply
|post a comment|post your comment|add a comment|add comment|write a comment|view comments|show comments
|comments section|reader comments|your comments|discussion|sign in to comment|log in to comment|comments are closed
|kommentare|kommentar schreiben|kommentieren|kommentar verfassen|diskutieren sie mit|leserkommentare|ihr kommentar
|schreibe einen kommentar|schreiben sie einen kommentar|zu den kommentaren|kommentare anzeigen|commentaires
|laisser un commentaire|laissez un commentaire|ajouter un commentaire|vos commentaires|réagir|poster un commentaire
|voir les commentaires|commenter|comentarios|deja un comentario|deja una respuesta|dejar un comentario|comentar
|escribe un comentario|ver comentarios|añadir comentario|commenti|lascia un commento|scrivi un commento|commenta
|aggiungi un commento|lascia un commento annulla risposta|comentários|comentário|deixe um comentário
|deixe uma resposta|deixe o seu comentário|faça um comentário|reacties|reageer|plaats een reactie|geef een reactie
|kommentarer|skriv en kommentar|lämna en kommentar|komentarze|dodaj komentarz|комментарии|оставить комментарий
|добавить комментарий|yorumlar|yorum yap|komentáře|コメント|コメントを書く|コメントする|コメントを残す|コメントを投稿
|みんなのコメント|댓글|댓글쓰기|评论|發表評論|发表评论|留言
"""

NOTICES: Final = """
all rights reserved|privacy policy|privacy|privacy notice|privacy settings|your privacy choices|terms|terms of service
|terms of use|terms and conditions|terms & conditions|cookie policy|cookie settings|cookies|cookie preferences
|manage cookies|accept cookies|accept all|accept all cookies|reject all|do not sell my personal information
|alle rechte vorbehalten|datenschutz|datenschutzerklärung|nutzungsbedingungen|agb|cookie-einstellungen
|alle akzeptieren|tous droits réservés|politique de confidentialité|conditions d'utilisation|conditions générales
|gestion des cookies|tout accepter|todos los derechos reservados|política de privacidad|política de cookies
|términos y condiciones|términos de uso|condiciones de uso|aceptar|tutti i diritti riservati|informativa sulla privacy
|informativa privacy|termini e condizioni|riproduzione riservata|© riproduzione riservata|todos os direitos reservados
|política de privacidade|termos de uso|termos e condições|aceitar|alle rechten voorbehouden|privacybeleid
|wszelkie prawa zastrzeżone|polityka prywatności|все права защищены|политика конфиденциальности|tüm hakları saklıdır
|無断転載禁止|無断転載を禁じます|無断複製・転載を禁じます|個人情報保護方針|プライバシーポリシー|利用規約
|著作権について|サイトマップ|版权所有|版權所有|무단전재 및 재배포 금지|무단 전재 및 재배포 금지|개인정보처리방침
|이용약관
"""

LABELS: Final = {
    "source": "source|via|quelle|fuente|fonte|bron|källa|出典|引用元|提供|出所|출처|来源",
    "byline": (
        "by|written by|author|authors|reported by|reporting by|words by|text by|story by|von|autor|autorin|text|texte"
        "|par|auteur|rédaction|por|autora|texto|redacción|di|a cura di|autore|autrice|testo|door|av|af|tekst|文|取材"
        "|取材・文|文・写真|記者|執筆|筆者|著者|ライター|記事"
    ),
    "date": (
        "published|published on|published at|posted|posted on|updated|last updated|last updated on|last modified|date"
        "|updated on|updated at|veröffentlicht|veröffentlicht am|aktualisiert|aktualisiert am|stand|erstellt|publié"
        "|publié le|mis à jour|mis à jour le|modifié le|publicado|publicado el|publicado em|actualizado|actualizado el"
        "|atualizado|atualizado em|pubblicato|pubblicato il|aggiornato|aggiornato il|gepubliceerd|publicerad|uppdaterad"
        "|公開|公開日|更新|更新日|掲載日|配信|投稿日|公開日時|更新日時|最終更新"
    ),
    "tags": (
        "tag|tags|topic|topics|keywords|filed under|subjects|categories|category|more on|more about|in this article"
        "|schlagworte|schlagwörter|themen|stichworte|mots-clés|thèmes|sujets|etiquetas|temas|palabras clave|argomenti"
        "|tópicos|assuntos|palavras-chave|タグ|キーワード|カテゴリ|カテゴリー|ジャンル|テーマ|テーマ・ジャンル"
    ),
    "link": (
        "recommended|recommended article|recommended articles|recommended story|recommended reading|recommended news"
        "|related|related article|related articles|related story|related stories|related news|related reading|suggested"
        "|suggested article|suggested reading|read more|read also|read next|read|see also|see more|also read|don't miss"
        "|don’t miss|more on this|watch|watch now|listen|also see|must read|more|next|previous|mehr|mehr zum thema"
        "|lesen sie auch|lesen sie hier|auch interessant|siehe auch|lesetipp|zum thema|lire aussi|à lire aussi|à lire"
        "|lire|voir aussi|lea también|lee también|lea más|leer más|ver también|más|mira también|te puede interesar"
        "|leggi anche|leggi|vedi anche|guarda anche|leia também|leia mais|veja também|saiba mais|lees ook|läs också"
        "|läs även|les også|læs også|czytaj też|czytaj także|zobacz też|читайте также|関連記事|関連|あわせて読みたい"
    ),
    "caption": (
        "photo|photos|photo by|photo credit|image|image credit|image by|picture|picture by|picture credit|photograph"
        "|photograph by|credit|credits|video|video by|graphic|illustration|caption|file photo|foto|fotos|bild|bilder"
        "|bildquelle|bildnachweis|fotografie|grafik|crédit|crédits|crédit photo|crédits photo|photographie|imagen"
        "|fotografía|crédito|immagine|credito|imagem|crédito da foto|legenda|foto de|写真|画像|撮影|写真提供|사진"
    ),
    "notice": "disclaimer|haftungsausschluss|copyright|citation",
}

SAID: Final = {
    "notice": (
        "rights reserved|rechte vorbehalten|droits réservés|derechos reservados|diritti riservati"
        "|riproduzione riservata|direitos reservados|無断転載|無断複製|subject to copyright|may not be published"
    ),
    "browser": "enable javascript|requires javascript|javascript aktivieren|supports html5",
    "link": "by clicking here",
    "newsletter": (
        "to our newsletter|to our free newsletter|unseren newsletter|notre newsletter|nuestra newsletter"
        "|nuestro boletín|nostra newsletter|nossa newsletter"
    ),
}
"""What lines of furniture say, wherever in them."""
CREDIT_HINTS: Final = (
    "photo|foto|image|bild|picture|getty|shutterstock|credit|crédit|©|courtesy|left|right|cent|archiv|quelle"
    "|(a|(efe|(epa|(reuters|撮影|提供|写真"
).split("|")
"""One of these is in every picture's credit."""
